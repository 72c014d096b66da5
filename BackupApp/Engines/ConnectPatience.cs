namespace BackupApp.Engines;

/// <summary>Tries a login again while an unreachable, silent or busy server may come back. Nothing else of a backup is retried.</summary>
public static class ConnectPatience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="longestTry">For one attempt.</param>
    /// <param name="attempt">Gets the time it may take.</param>
    /// <exception cref="ConnectException">A transient failure after <see cref="Limit"/>, any other at once.</exception>
    public static async Task<T> TryAsync<T>(
        TimeSpan longestTry, Func<TimeSpan, Task<T>> attempt, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = Min(pause * 2, LongestPause))
        {
            try
            {
                return await attempt(Min(Limit - time.GetElapsedTime(started), longestTry));
            }
            catch (ConnectException e) when (e.Transient && time.GetElapsedTime(started) + pause < Limit)
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
