namespace BackupApp.Alerts;

/// <summary>Sends, with a timer of its own in every process: Hangfire may be what is dead.</summary>
public sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AlertWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // Each sends a handful; a receiver that is slow keeps its own round waiting, and no other.
    private const int MostRounds = 4;

    private readonly List<Task> _rounds = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunAsync<Outbox>(outbox => outbox.ComposeAsync(stoppingToken), stoppingToken);
                _rounds.RemoveAll(round => round.IsCompleted);
                if (_rounds.Count < MostRounds)
                    _rounds.Add(RunAsync<Dispatcher>(dispatcher => dispatcher.SendDueAsync(stoppingToken), stoppingToken));
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

    [LoggerMessage(LogLevel.Error, "Alerts could not be sent; it is tried again")]
    private partial void LogFailed(Exception exception);
}
