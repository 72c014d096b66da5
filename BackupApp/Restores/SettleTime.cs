using BackupApp.Engines.Restores;
using BackupApp.Errors;

namespace BackupApp.Restores;

/// <summary>How long the reaper waits for one target: whoever hangs must not keep it from everybody else's runs.</summary>
internal static class SettleTime
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <exception cref="StagedException">The target did not answer in time: try again later.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<T> WithinAsync<T>(
        Func<CancellationToken, Task<T>> settle, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return await settle(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RestoreFailedException(
                RunStage.Connect, "timeout", $"The target was asked, and did not answer within {Limit.TotalSeconds:0} seconds.", inner: e);
        }
    }
}
