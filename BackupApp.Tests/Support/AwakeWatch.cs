namespace BackupApp.Tests.Support;

/// <summary>
/// A stopwatch for limits. A machine that is shared stands still for seconds now and then, and nobody who was waited for could move
/// either: however long that took, it counts as a moment. Precise to a tenth of a second.
/// </summary>
internal sealed class AwakeWatch
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private static long _awake;

    private readonly long _started = Interlocked.Read(ref _awake);

    static AwakeWatch() => new Thread(Count) { IsBackground = true, Name = "awake", Priority = ThreadPriority.Highest }.Start();

    public TimeSpan Elapsed => (Interlocked.Read(ref _awake) - _started) * Tick;

    private static void Count()
    {
        while (true)
        {
            Thread.Sleep(Tick);
            Interlocked.Increment(ref _awake);
        }
    }
}
