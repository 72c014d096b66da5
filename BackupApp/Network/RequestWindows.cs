using System.Collections.Concurrent;

namespace BackupApp.Network;

/// <summary>
/// Counts what each key asks for, in windows of a minute that begin with its first request. The framework's limiters do as much with
/// three timers of 100 ms, which were half of what an idle BackupApp costs: here a window's age is looked at when somebody asks.
/// </summary>
internal sealed class RequestWindows(TimeProvider time)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Window> _windows = new();
    private long _swept = time.GetTimestamp();

    /// <summary>How many keys are remembered: those of the last two windows at the most.</summary>
    public int Count => _windows.Count;

    /// <summary>Takes one request from the key's share.</summary>
    /// <param name="permits">How many a window has. At least 1.</param>
    /// <returns>Null when there was one left; else how long until there are more, above zero.</returns>
    public TimeSpan? Take(string key, int permits)
    {
        var now = time.GetTimestamp();
        Sweep(now);
        var window = _windows.AddOrUpdate(
            key,
            _ => new Window(now, 1),
            (_, known) => time.GetElapsedTime(known.Since, now) >= Length ? new Window(now, 1) : known with { Taken = known.Taken + 1 });
        return window.Taken <= permits ? null : Length - time.GetElapsedTime(window.Since, now);
    }

    private void Sweep(long now)
    {
        var swept = Interlocked.Read(ref _swept);
        if (time.GetElapsedTime(swept, now) < Length || Interlocked.CompareExchange(ref _swept, now, swept) != swept)
            return;
        foreach (var (key, window) in _windows)
        {
            if (time.GetElapsedTime(window.Since, now) >= Length)
                _windows.TryRemove(KeyValuePair.Create(key, window));
        }
    }

    private sealed record Window(long Since, long Taken);
}
