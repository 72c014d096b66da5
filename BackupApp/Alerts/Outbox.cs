using BackupApp.Data;
using BackupApp.Network;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Alerts;

/// <summary>Takes alerts in the caller's transaction, and makes messages of those that are due: one for each channel.</summary>
public sealed class Outbox(AppDbContext db, IOptions<PublicAddress> address, TimeProvider time)
{
    /// <summary>Adds them to the caller's unit of work, for every channel that wants them.</summary>
    public async Task WriteAsync(IReadOnlyList<AlertEvent> alerts, CancellationToken cancellationToken)
    {
        if (alerts.Count == 0)
            return;
        var now = time.GetUtcNow();
        var recent = await RecentAsync(now, cancellationToken);
        foreach (var channel in await db.Set<AlertChannel>().AsNoTracking().Where(c => c.IsEnabled).ToListAsync(cancellationToken))
            db.AddRange(alerts.Where(a => a.ExceptChannelId != channel.Id && channel.Rules.Take(a))
                .Select(a => AlertNotice.Create(channel, a, now, HeldUntil([.. recent[channel.Id]], a, now))));
    }

    /// <summary>What waits to be told of these incidents is not told any more.</summary>
    public async Task TakeBackAsync(IReadOnlyList<Guid> incidents, CancellationToken cancellationToken)
    {
        if (incidents.Count == 0)
            return;
        await db.Database.ExecuteSqlAsync(
            $"delete from alert_notices where delivery_id is null and (event->>'incidentId')::uuid = any({incidents})", cancellationToken);
    }

    private async Task<ILookup<Guid, AlertNotice>> RecentAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - AlertTiming.Holding;
        var recent = await db.Set<AlertNotice>().AsNoTracking()
            .Where(n => n.CreatedAt > since && n.CreatedAt <= now).OrderBy(n => n.CreatedAt).ToListAsync(cancellationToken);
        return recent.ToLookup(n => n.ChannelId);
    }

    // What waits already takes it along. Of a cause that was told the next message may wait for what else it brings about.
    private static DateTimeOffset? HeldUntil(List<AlertNotice> recent, AlertEvent alert, DateTimeOffset now)
    {
        // Nobody learns that something is over before they learn that it began.
        if (alert.IncidentId is { } incident && recent.Find(n => n.DeliveryId is null && n.Event.IncidentId == incident) is { } own)
            return own.DueAt;
        var alike = recent.FindAll(n => n.IsBeginLike(alert));
        return alike.Find(n => n.DeliveryId is null && n.DueAt <= now + AlertTiming.Holding)?.DueAt
            ?? alike.Find(n => n.DeliveryId is not null)?.CreatedAt + AlertTiming.Holding;
    }

    /// <summary>Makes messages of what is due, and of what else waits there for the same moment.</summary>
    /// <returns>Whether a message is due to be sent.</returns>
    public async Task<bool> ComposeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await db.Database.SqlQuery<Due>(
            $"""
            select exists(select from alert_notices where delivery_id is null and due_at <= {now}) as "Notices",
                exists(select from alert_deliveries where next_attempt_at <= {now}) as "Messages"
            """).SingleAsync(cancellationToken);
        if (due.Notices)
            await ComposeAsync(now, cancellationToken);
        return due.Notices || due.Messages;
    }

    /// <summary>The link to a page, or null where nothing says under which address people reach this server.</summary>
    public string? LinkTo(string path) => address.Value.Address is { } root ? root + path : null;

    private async Task ComposeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Another process that composes has them already.
        var waiting = await db.Set<AlertNotice>()
            .FromSql(
                $"""
                select * from alert_notices where delivery_id is null and due_at <= {now + AlertTiming.Grouping}
                order by created_at, id for update skip locked
                """)
            .ToListAsync(cancellationToken);
        var off = await db.Set<AlertChannel>().Where(c => !c.IsEnabled).Select(c => c.Id).ToListAsync(cancellationToken);
        foreach (var notices in waiting.GroupBy(n => n.ChannelId).Where(g => g.Any(n => n.DueAt <= now)))
        {
            var delivery = AlertDelivery.Create(notices.Key, id => Compose(id, [.. notices.Select(n => n.Event)], now), now);
            // Of what came due for a channel that is off the log says so; it goes nowhere.
            if (off.Contains(notices.Key))
                delivery.GiveUp(Dispatcher.SwitchedOff);
            db.Add(delivery);
            foreach (var notice in notices)
                notice.PutInto(delivery);
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private AlertMessage Compose(Guid id, AlertEvent[] alerts, DateTimeOffset now)
    {
        var causes = alerts.Select(a => a.Cause).Distinct().Count();
        var title = alerts.Length == 1 ? alerts[0].Title : $"{alerts[0].Title} and {alerts.Length - 1} more";
        return new AlertMessage(id, title, alerts, now, LinkTo(causes == 1 ? alerts[0].Path : "/"));
    }

    private sealed record Due(bool Notices, bool Messages);
}
