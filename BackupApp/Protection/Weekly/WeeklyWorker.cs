namespace BackupApp.Protection.Weekly;

/// <summary>Looks whether a report is due, with a timer of its own in every process.</summary>
public sealed partial class WeeklyWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<WeeklyWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<WeeklyRound>().RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The weekly report could not be made; it is tried again")]
    private partial void LogFailed(Exception exception);
}
