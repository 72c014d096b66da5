namespace BackupApp.Destinations.S3;

/// <summary>
/// Sends requests, tries again what may succeed later, and maps what fails. The SDK's own retries are switched off: they know neither an
/// overall deadline nor what a lost answer means for an upload.
/// </summary>
internal sealed class S3Calls(S3Errors errors, S3Timings timings, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(20);

    /// <summary>A short request, given up after <see cref="S3Timings.Request"/>.</summary>
    public Task<T> RequestAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(attempt => call(attempt.Token), timings.Answer, timings.Request, fromFirstFailure: false, cancellationToken);

    /// <summary>The request that completes an upload, which a store may think about for minutes.</summary>
    public Task<T> CompleteAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(attempt => call(attempt.Token), timings.Complete / 2, timings.Complete, fromFirstFailure: false, cancellationToken);

    /// <summary>One part. The call moves its own deadline while bytes flow.</summary>
    public Task<T> PartAsync<T>(Func<CancellationTokenSource, Task<T>> call, CancellationToken cancellationToken) =>
        RunAsync(call, timings.Stall, timings.Part, fromFirstFailure: true, cancellationToken);

    private async Task<T> RunAsync<T>(
        Func<CancellationTokenSource, Task<T>> call,
        TimeSpan perTry,
        TimeSpan patience,
        bool fromFirstFailure,
        CancellationToken cancellationToken)
    {
        long? since = fromFirstFailure ? null : time.GetTimestamp();
        Exception? last = null;
        var misread = false;
        for (var pause = timings.FirstPause; ; pause = Min(pause * 2, LongestPause))
        {
            var left = since is null || fromFirstFailure ? perTry : Min(perTry, patience - time.GetElapsedTime(since.Value));
            try
            {
                using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                attempt.CancelAfter(left);
                return await call(attempt);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                since ??= time.GetTimestamp();
                // A last try that the deadline cut short says less than the failure before it.
                last = exception is OperationCanceledException && left < perTry ? last ?? exception : exception;
                var wait = pause * (0.5 + (Random.Shared.NextDouble() / 2));
                var again = S3Failures.IsTransient(exception) || (!misread && S3Failures.MayBeMisread(exception));
                misread |= S3Failures.MayBeMisread(exception);
                if (!again || time.GetElapsedTime(since.Value) + wait >= patience)
                    throw errors.Map(last);
                await Task.Delay(wait, time, cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Cancelled, but the SDK reported the torn connection instead.
                throw new OperationCanceledException(exception.Message, exception, cancellationToken);
            }
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
