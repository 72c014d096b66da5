using BackupApp.Alerts;

namespace BackupApp.Pings;

/// <summary>Tells monitors outside: neither Hangfire nor a job has a part in it.</summary>
public sealed partial class PingWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<PingWorker> logger)
    : SendingWorker<PingLook, PingSender>(scopes, time, Interval)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override Task<bool> LookAsync(PingLook look, CancellationToken cancellationToken) => look.RunAsync(cancellationToken);

    protected override Task SendAsync(PingSender sender, CancellationToken cancellationToken) => sender.SendDueAsync(cancellationToken);

    [LoggerMessage(LogLevel.Error, "Monitors outside could not be told; it is tried again")]
    protected override partial void LogFailed(Exception exception);
}
