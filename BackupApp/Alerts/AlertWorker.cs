namespace BackupApp.Alerts;

/// <summary>Sends, with a timer of its own in every process: Hangfire may be what is dead.</summary>
public sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AlertWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await SendAsync(stoppingToken);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<Outbox>().ComposeAsync(cancellationToken);
            await scope.ServiceProvider.GetRequiredService<Dispatcher>().SendDueAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "Alerts could not be sent; it is tried again")]
    private partial void LogFailed(Exception exception);
}
