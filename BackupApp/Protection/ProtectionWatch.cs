using Microsoft.Extensions.Options;

namespace BackupApp.Protection;

/// <summary>
/// Looks every few seconds, in every process, with a timer of its own: Hangfire, its recurring jobs, the workers or the whole
/// schedule may be dead.
/// </summary>
public sealed partial class ProtectionWatch(
    IServiceScopeFactory scopes, IOptions<ProtectionOptions> options, TimeProvider time, ILogger<ProtectionWatch> logger)
        : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<WatchRound>().RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it was, the next look is soon; that none succeeds shows at /health/backups and /metrics.
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The watch over the data sources could not look; it tries again")]
    private partial void LogFailed(Exception exception);
}
