using System.ComponentModel;
using System.Diagnostics;
using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>
/// A started tool in a session of its own, so that it can be ended together with everything it started, and so that it has no
/// terminal to ask a password on. Dispose ends what is left of the session's first process group.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    private readonly Process _process;
    private readonly TimeProvider _time;

    private ToolProcess(Process process, TimeProvider time)
    {
        (_process, _time) = (process, time);
        Id = process.Id;
        Input = new ToolInput(process.StandardInput.BaseStream);
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The tool's process id, which is its group's too: setsid(1) becomes the tool by exec.</summary>
    public int Id { get; }

    /// <summary>Completes when the tool itself is gone, whatever its descendants do.</summary>
    public Task Exited { get; }

    /// <summary>128 + the signal's number for a killed process, as in a shell.</summary>
    public int ExitCode => _process.ExitCode;

    public ToolInput Input { get; }

    /// <summary>The reader owns both streams and disposes them.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Errors => _process.StandardError.BaseStream;

    /// <param name="isFed">
    /// Its standard input stays open after <see cref="ToolCommand.StandardInput"/>, for <see cref="ToolInput.FeedAsync"/>.
    /// </param>
    /// <exception cref="DumpFailedException">The tool is not there or cannot be started.</exception>
    public static ToolProcess Start(ToolCommand command, ToolPriority priority, TimeProvider time, bool isFed = false)
    {
        if (!IsExecutable(command.Program))
            throw new DumpFailedException(
                RunStage.Dump,
                "tool_missing",
                $"The dump tool {command.Program} is missing or is not executable.");

        var start = new ProcessStartInfo("setsid", [.. priority.Prefix, command.Program, .. command.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;

        try
        {
            var tool = new ToolProcess(Process.Start(start)!, time);
            if (tool.Input.TryBegin(command.StandardInput ?? "") && !isFed)
                tool.Input.Close();
            return tool;
        }
        catch (Win32Exception e)
        {
            throw new DumpFailedException(
                RunStage.Dump,
                "dump_failed",
                $"{Path.GetFileName(command.Program)} could not be started: {e.Message}",
                e);
        }
    }

    /// <summary>
    /// SIGTERM to the group, SIGKILL after <paramref name="patience"/>, and returns when the tool is gone. The order matters: a
    /// pg_dump that waits for a lock tells the server to stop when it is asked to end; killed, it leaves its query waiting there.
    /// </summary>
    public async Task EndAsync(TimeSpan patience)
    {
        Signal(Posix.SigTerm);

        // A stopped process hears nothing but SIGKILL until it continues.
        Signal(Posix.SigCont);
        await Exited.WaitAsync(patience, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Exited.IsCompleted)
            Signal(Posix.SigKill);
        await Exited;
    }

    public void Dispose()
    {
        // A group lives as long as any member, and its number is not given to another process meanwhile.
        Posix.SignalGroup(Id, Posix.SigKill);
        _process.Dispose();
    }

    // In the instant before setsid(2) the group does not exist yet.
    private void Signal(int signal) => _ = Posix.SignalGroup(Id, signal) || (!Exited.IsCompleted && Posix.SignalProcess(Id, signal));

    private static bool IsExecutable(string program)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(program) && (File.GetUnixFileMode(program) & AnyExecute) != 0;
    }
}
