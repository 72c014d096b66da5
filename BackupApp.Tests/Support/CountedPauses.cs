using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Support;

/// <summary>A clock that stands until it is told to go on, and knows how often somebody began to wait for it.</summary>
internal sealed class CountedPauses : FakeTimeProvider
{
    private int _pauses;

    public int Pauses => Volatile.Read(ref _pauses);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _pauses);
        return timer;
    }
}
