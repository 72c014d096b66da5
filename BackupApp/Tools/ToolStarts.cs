using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>
/// Runs a tool, and starts it again where it ended before its first byte because something had vanished that it was to read: nothing
/// was read or stored then, so this was no more than a start that failed. At most twice, and within 30 s of the first start.
/// </summary>
public sealed class ToolStarts(ToolCommand command, DumpLimits limits, TimeProvider time)
{
    private const int MostAgain = 2;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    // Whoever drops tables in a migration makes others next.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Replaced as a whole: whoever follows the log reads it from another thread.
    private volatile string[] _before = [];
    private volatile DumpProcess? _process;

    /// <summary>What the tool said in all its starts; see <see cref="DumpProcess.StderrTail"/>.</summary>
    public string StderrTail => string.Join('\n', [.. _before, _process?.StderrTail ?? ""]);

    /// <summary>See <see cref="DumpProcess.BytesRead"/>.</summary>
    public long BytesRead => _process?.BytesRead ?? 0;

    /// <summary>What it said in its last start, a line each.</summary>
    public IReadOnlyList<string> Said => (_process?.StderrTail ?? "").Split('\n');

    /// <summary>As <see cref="DumpProcess.CopyToAsync"/>.</summary>
    public async Task<DumpExit> CopyToAsync(Stream sink, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var again = 0; ; again++)
        {
            var process = _process = new DumpProcess(command, limits, time);
            try
            {
                return await process.CopyToAsync(sink, cancellationToken);
            }
            catch (DumpFailedException e) when (e.Code == DumpFailure.Failed && process.BytesRead == 0 && again < MostAgain)
            {
                if (!await VanishedAsync(process, cancellationToken) || time.GetElapsedTime(started) + Pause >= Window)
                    throw;
            }

            await Task.Delay(Pause, time, cancellationToken);
            _before =
            [
                .. _before,
                process.StderrTail,
                "(BackupApp: something that was to be backed up was dropped in that moment, "
                + "and nothing had been read yet. Started again.)",
            ];
        }
    }

    private async Task<bool> VanishedAsync(DumpProcess process, CancellationToken cancellationToken) =>
        command.Words is { } words && await words.SawSomethingVanishAsync(process.StderrTail.Split('\n'), cancellationToken);
}
