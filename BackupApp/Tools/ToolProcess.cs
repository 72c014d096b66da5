using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using BackupApp.Errors;
using BackupApp.Streams;

namespace BackupApp.Tools;

/// <summary>
/// A started tool in a session of its own, so that it can be ended together with everything it started, and so that it has no
/// terminal to ask a password on. Dispose ends what is left of the session's first process group.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    private const int PieceSize = 256 * 1024;

    private readonly Process _process;
    private readonly TimeProvider _time;
    private long _fed;

    private ToolProcess(Process process, TimeProvider time)
    {
        (_process, _time) = (process, time);
        Id = process.Id;
        Exited = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>The tool's process id, which is its group's too: setsid(1) becomes the tool by exec.</summary>
    public int Id { get; }

    /// <summary>Completes when the tool itself is gone, whatever its descendants do.</summary>
    public Task Exited { get; }

    /// <summary>128 + the signal's number for a killed process, as in a shell.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The reader owns both streams and disposes them.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Errors => _process.StandardError.BaseStream;

    /// <summary>Grows with every piece that the tool took from <see cref="FeedAsync"/>.</summary>
    public long Fed => Interlocked.Read(ref _fed);

    /// <param name="isFed">
    /// Its standard input stays open after <see cref="ToolCommand.StandardInput"/>, for <see cref="FeedAsync"/>.
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
            return new ToolProcess(Process.Start(start)!, time).WithInput(command, isFed);
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

    /// <summary>
    /// Gives the tool all of <paramref name="source"/> as its standard input, whatever its length, and closes
    /// it. A tool that ends without reading all is no failure of this: its exit code and its words say why.
    /// When the source fails the input stays open, so that the tool does not take a part for the whole.
    /// </summary>
    /// <exception cref="OperationCanceledException"/>
    public async Task FeedAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = SharedBuffers.Shared.Rent(PieceSize);
        try
        {
            for (int count; (count = await source.ReadAsync(buffer.AsMemory(0, PieceSize), cancellationToken)) > 0;)
            {
                if (!await TryGiveAsync(buffer.AsMemory(0, count), cancellationToken))
                    return;
            }

            CloseInput();
        }
        finally
        {
            SharedBuffers.Shared.Return(buffer);
        }
    }

    private async Task<bool> TryGiveAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        try
        {
            await Input.WriteAsync(piece, cancellationToken);
            Interlocked.Add(ref _fed, piece.Length);
            return true;
        }
        catch (IOException)
        {
            return false; // It reads no more.
        }
    }

    private Stream Input => _process.StandardInput.BaseStream;

    // The pipe takes it all at once, whether the tool reads or not.
    private ToolProcess WithInput(ToolCommand command, bool staysOpen)
    {
        try
        {
            Input.Write(Encoding.UTF8.GetBytes(command.StandardInput ?? ""));
        }
        catch (IOException)
        {
            return this; // It ended without reading: its exit code and its words say why.
        }

        if (!staysOpen)
            CloseInput();
        return this;
    }

    private void CloseInput()
    {
        try
        {
            Input.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads at the other end any more.
        }
    }

    // In the instant before setsid(2) the group does not exist yet.
    private void Signal(int signal) => _ = Posix.SignalGroup(Id, signal) || (!Exited.IsCompleted && Posix.SignalProcess(Id, signal));

    private static bool IsExecutable(string program)
    {
        const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(program) && (File.GetUnixFileMode(program) & AnyExecute) != 0;
    }
}
