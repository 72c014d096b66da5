using System.Collections.Concurrent;

namespace BackupApp.Runs;

/// <summary>
/// How fast runs are now: over the last seconds, by the figures of their heartbeats as pages come to ask. Of this process alone, and
/// forgotten when nobody asks any more.
/// </summary>
public sealed class RunRates(TimeProvider time)
{
    private const int MostRuns = 1000;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Watched> _runs = new();

    /// <summary>Bytes a second; null until there are two heartbeats to compare.</summary>
    /// <param name="beatAt">When the run showed <paramref name="bytes"/>.</param>
    public double? Of(Guid run, DateTimeOffset beatAt, long bytes)
    {
        var now = time.GetUtcNow();
        foreach (var (id, old) in _runs)
        {
            if (now - old.AskedAt > Kept)
                _runs.TryRemove(id, out _);
        }

        if (_runs.Count >= MostRuns && !_runs.ContainsKey(run))
            return null;
        var watched = _runs.GetOrAdd(run, _ => new(now));
        watched.AskedAt = now;
        return watched.Window.Add(beatAt, bytes);
    }

    private sealed class Watched(DateTimeOffset askedAt)
    {
        public DateTimeOffset AskedAt { get; set; } = askedAt;

        public RateWindow Window { get; } = new();
    }
}

/// <summary>A rate over the last ten seconds of samples. Safe for several threads.</summary>
public sealed class RateWindow
{
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, long Bytes)> _samples = new();
    private readonly Lock _lock = new();
    private (DateTimeOffset At, long Bytes) _last;

    /// <summary>Bytes a second since the oldest sample that is needed to cover the window; null with only one.</summary>
    public double? Add(DateTimeOffset at, long bytes)
    {
        lock (_lock)
        {
            if (_samples.Count == 0 || at > _last.At)
            {
                // Fewer bytes than before: a part of the run was given up. What was measured until then says nothing any more.
                if (bytes < _last.Bytes)
                    _samples.Clear();
                _last = (at, bytes);
                _samples.Enqueue(_last);
            }

            // The first sample stays at least as old as the window is long.
            while (_samples.Count > 2 && _last.At - _samples.ElementAt(1).At >= Length)
                _samples.Dequeue();
            var first = _samples.Peek();
            return _last.At > first.At ? (_last.Bytes - first.Bytes) / (_last.At - first.At).TotalSeconds : null;
        }
    }
}
