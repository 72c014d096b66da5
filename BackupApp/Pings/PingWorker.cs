namespace BackupApp.Pings;

/// <summary>
/// Looks and sends with a timer of its own in every process: neither Hangfire nor a job has a part in it. A monitor that answers slowly
/// keeps no other waiting.
/// </summary>
public sealed partial class PingWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<PingWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // Each sends a handful.
    private const int MostRounds = 4;

    private readonly List<Task> _rounds = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunAsync<PingLook>(look => look.RunAsync(stoppingToken), stoppingToken);
                _rounds.RemoveAll(round => round.IsCompleted);
                if (_rounds.Count < MostRounds)
                    _rounds.Add(RunAsync<PingSender>(sender => sender.SendDueAsync(stoppingToken), stoppingToken));
            }
        }
        finally
        {
            await Task.WhenAll(_rounds);
        }
    }

    private async Task RunAsync<T>(Func<T, Task> act, CancellationToken cancellationToken)
        where T : notnull
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await act(scope.ServiceProvider.GetRequiredService<T>());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return; // It stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "Monitors outside could not be told; it is tried again")]
    private partial void LogFailed(Exception exception);
}
