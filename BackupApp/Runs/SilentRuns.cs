using Microsoft.Extensions.Options;

namespace BackupApp.Runs;

/// <summary>A running run, and when its worker last showed that it lives.</summary>
public sealed record SilentRun(Guid Id, DateTimeOffset HeartbeatAt);

/// <summary>
/// What the reaper's earlier rounds saw. When a clock jumps, a machine wakes or a network comes back, all heartbeats are old at one
/// moment, and the workers are well: only those are lost that have still not stirred when they had the time to.
/// </summary>
public sealed class SilentRuns<T>(IOptions<RunOptions> options, TimeProvider time)
    where T : Run
{
    // Of one that comes late: the database was asked and did not answer.
    private const int Beats = 3;

    private readonly Lock _lock = new();
    private Dictionary<SilentRun, long> _seen = [];

    /// <summary>Of those that are silent now, whoever was so before, for as long as three heartbeats take.</summary>
    public IReadOnlyList<SilentRun> StillSo(IReadOnlyList<SilentRun> silent)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _seen = silent.ToDictionary(run => run, run => _seen.GetValueOrDefault(run, now));
            return [.. silent.Where(run => time.GetElapsedTime(_seen[run], now) >= Beats * options.Value.HeartbeatInterval)];
        }
    }
}
