namespace BackupApp.Alerts;

/// <summary>Composes and sends alerts.</summary>
public sealed partial class AlertWorker(IServiceScopeFactory scopes, TimeProvider time, ILogger<AlertWorker> logger)
    : SendingWorker<Outbox, Dispatcher>(scopes, time, Interval)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    protected override Task<bool> LookAsync(Outbox look, CancellationToken cancellationToken) => look.ComposeAsync(cancellationToken);

    protected override Task SendAsync(Dispatcher sender, CancellationToken cancellationToken) => sender.SendDueAsync(cancellationToken);

    [LoggerMessage(LogLevel.Error, "Alerts could not be sent; it is tried again")]
    protected override partial void LogFailed(Exception exception);
}
