using System.Security.Cryptography;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Alerts;

/// <summary>
/// Sends what is due. An attempt is taken by moving its next one two minutes ahead, so that no other process sends it too and a
/// killed one's is sent again:
/// at least once, with an id by which receivers know it again.
/// </summary>
public sealed partial class Dispatcher(
    AppDbContext db, IEnumerable<IAlertSender> senders, SecretBox secrets, IServiceScopeFactory scopes, TimeProvider time,
    ILogger<Dispatcher> logger)
{
    /// <summary>Why nothing is sent to a channel that is off: neither what waits for it nor what is tried again.</summary>
    public const string SwitchedOff = "Not sent: the channel is switched off.";

    private const int AtOnce = 8;

    /// <summary>After this nobody needs it any more; the incident's reminders go on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    // Longer than any attempt takes.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)];

    /// <summary>A round. A receiver that is slow keeps no other waiting for longer than its own limit.</summary>
    public async Task SendDueAsync(CancellationToken cancellationToken)
    {
        await GiveUpAsync(cancellationToken);
        var taken = await TakeAsync(cancellationToken);
        await Task.WhenAll(taken.Select(id => SendAsync(id, cancellationToken)));
    }

    /// <summary>Sends one now, and says what the other side said: for a test, and to send it again, under its old id.</summary>
    /// <exception cref="NotFoundException">Its channel was deleted, and it with it.</exception>
    public async Task<ChannelAnswer> SendNowAsync(Guid deliveryId, CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + Lease;
        await db.Set<AlertDelivery>().Where(d => d.Id == deliveryId).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.NextAttemptAt, until).SetProperty(
                d => d.Status, DeliveryStatus.Pending).SetProperty(d => d.Attempts, d => d.Attempts + 1),
            cancellationToken);
        return await SendAsync(deliveryId, cancellationToken) ?? throw new NotFoundException("delivery");
    }

    // What waits for a channel that somebody switched off, or its receiver. What was answered before stays to be read.
    private async Task GiveUpAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await db.Database.ExecuteSqlAsync(
            $"""
            update alert_deliveries set status = 'failed', next_attempt_at = null, answer = concat_ws(' ', {SwitchedOff}, answer)
            where id in (
                select d.id from alert_deliveries d join alert_channels c on c.id = d.channel_id
                where d.next_attempt_at <= {now} and not c.is_enabled for update of d skip locked)
            """,
            cancellationToken);
    }

    private async Task<List<Guid>> TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return await db.Database.SqlQuery<Guid>(
            $"""
            update alert_deliveries set next_attempt_at = {now + Lease}, attempts = attempts + 1
            where id in (
                select d.id from alert_deliveries d join alert_channels c on c.id = d.channel_id
                where d.next_attempt_at <= {now} and c.is_enabled order by d.next_attempt_at
                limit {AtOnce} for update of d skip locked)
            returning id as "Value"
            """).ToListAsync(cancellationToken);
    }

    // Null where its channel was deleted since it was taken.
    private async Task<ChannelAnswer?> SendAsync(Guid id, CancellationToken cancellationToken)
    {
        // Of its own: several are under way at once.
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var found = await own.Set<AlertDelivery>().AsNoTracking().Where(d => d.Id == id)
            .Join(own.Set<AlertChannel>().AsNoTracking(), d => d.ChannelId, c => c.Id, (delivery, channel) => new { delivery, channel })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        var (delivery, channel) = (found.delivery, found.channel);
        var answer = await TryAsync(channel, delivery, cancellationToken);
        await RecordAsync(own, scope.ServiceProvider.GetRequiredService<AuditLog>(), channel, delivery, answer);
        return answer;
    }

    private async Task<ChannelAnswer> TryAsync(AlertChannel channel, AlertDelivery delivery, CancellationToken cancellationToken)
    {
        try
        {
            return await senders.Single(s => s.Kind == channel.Kind).SendAsync(
                channel, channel.Decrypt(secrets), delivery.Message, cancellationToken);
        }
        catch (CryptographicException)
        {
            return new ChannelAnswer(false, "The channel's secrets could not be decrypted. Enter them again.");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogBroken(e, channel.Name);
            return new ChannelAnswer(false, $"An error that BackupApp did not expect ({e.GetType().Name}); its log has the details.");
        }
    }

    private async Task RecordAsync(AppDbContext own, AuditLog audit, AlertChannel channel, AlertDelivery delivery, ChannelAnswer answer)
    {
        var now = time.GetUtcNow();
        // Standard Webhooks has it so. Elsewhere it may be a passing fault of whoever runs the service.
        var isGone = answer.IsGone && channel.Kind == ChannelKind.Webhook;
        var isForAll = answer is { Ok: true, Later.Count: 0 };
        var isOver = isForAll || isGone || !channel.IsEnabled || now - delivery.CreatedAt >= Patience;
        var next = isOver ? (DateTimeOffset?)null : now + Pause(delivery.Attempts, answer.RetryAfter);
        var status = !isOver ? DeliveryStatus.Pending : answer.Ok ? DeliveryStatus.Sent : DeliveryStatus.Failed;
        // Those who have it do not get it again.
        var message = answer.Ok ? delivery.Message with { OnlyTo = answer.Later } : delivery.Message;
        await using var transaction = await own.Database.BeginTransactionAsync(CancellationToken.None);
        await own.Set<AlertDelivery>().Where(d => d.Id == delivery.Id).ExecuteUpdateAsync(
            set => set.SetProperty(d => d.Status, status).SetProperty(d => d.NextAttemptAt, next).SetProperty(d => d.Answer, answer.Excerpt)
                .SetProperty(d => d.Message, message)
                .SetProperty(d => d.SentAt, d => answer.Ok ? now : d.SentAt),
            CancellationToken.None);
        // Who was put off says nothing about the channel, which took the mail for the others; that they never got it does.
        var isLeftOver = delivery.Message.OnlyTo.Count > 0;
        var isKept = isLeftOver && (!isOver || isForAll);
        var error = isForAll || (answer.Ok && !isOver) ? answer.Refused : answer.Excerpt;
        await own.Set<AlertChannel>().Where(c => c.Id == channel.Id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.FailingSince, c => answer.Ok ? null : isLeftOver ? c.FailingSince : c.FailingSince ?? now)
                .SetProperty(c => c.LastError, c => isKept ? c.LastError : error)
                .SetProperty(c => c.SwitchedOffAt, c => isGone && c.IsEnabled ? now : c.SwitchedOffAt)
                .SetProperty(c => c.IsEnabled, c => c.IsEnabled && !isGone),
            CancellationToken.None);
        if (isOver)
        {
            audit.Record(
                answer.Ok ? AuditActions.NotificationSent : AuditActions.NotificationFailed,
                new AuditTarget("alert_channel", channel.Id, channel.Name),
                new { delivery = delivery.Id, delivery.Message.Title, delivery.Attempts, answer.Excerpt });
            await own.SaveChangesAsync(CancellationToken.None);
        }

        await transaction.CommitAsync(CancellationToken.None);
    }

    // 5 s, 30 s, … and then every 10 minutes, or as long as the other side wants, within reason.
    private static TimeSpan Pause(int attempts, TimeSpan? wanted)
    {
        var own = Pauses[Math.Clamp(attempts - 1, 0, Pauses.Length - 1)];
        return wanted is not { } asked || asked < own ? own : asked > LongestPause ? LongestPause : asked;
    }

    [LoggerMessage(LogLevel.Error, "The channel {Channel} could not send")]
    private partial void LogBroken(Exception exception, string channel);
}
