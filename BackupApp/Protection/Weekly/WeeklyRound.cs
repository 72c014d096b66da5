using BackupApp.Alerts;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Weekly;

/// <summary>Puts this week's report into the outbox of each channel that wants it, once, whatever the number of processes.</summary>
public sealed class WeeklyRound(AppDbContext db, ReportReader reader, Outbox outbox, TimeProvider time)
{
    // Any number will do; it only has to be the same in every process.
    private const long Lock = 0x7765656b6c79;

    /// <summary>One that could not be made for so long is left out: the next is near.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = await DueAsync(now, cancellationToken);
        if (due.Count == 0)
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var locked = await db.Database.SqlQuery<bool>(
            $"select pg_try_advisory_xact_lock({Lock}) as \"Value\"").SingleAsync(cancellationToken);
        if (!locked)
            return;
        // Again: another process may just have done it.
        due = await DueAsync(now, cancellationToken);
        if (due.Count == 0)
            return;
        var facts = await reader.ReadAsync(cancellationToken);
        foreach (var week in due.GroupBy(d => d.Week))
        {
            var before = await db.Set<WeeklySnapshot>().AsNoTracking().Where(s => s.Week < week.Key)
                .OrderByDescending(s => s.Week).FirstOrDefaultAsync(cancellationToken);
            foreach (var (channel, _) in week)
                db.Add(Delivery(channel, week.Key, facts, before, now));
            // Channels in other time zones have the same week to compare with.
            if (!await db.Set<WeeklySnapshot>().AnyAsync(s => s.Week == week.Key, cancellationToken))
                db.Add(WeeklySnapshot.Of(week.Key, facts));
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<List<(AlertChannel Channel, DateOnly Week)>> DueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var channels = await db.Set<AlertChannel>().AsNoTracking().Where(
            c => c.IsEnabled && c.Kind == ChannelKind.Email).ToListAsync(cancellationToken);
        var due = channels.Where(c => c.Rules.WeeklyReport).Select(c => (Channel: c, Due: AlertTiming.ReportDue(c.Rules, now)))
            .Where(d => now - d.Due.At < Patience && d.Channel.CreatedAt < d.Due.At).ToList();
        if (due.Count == 0)
            return [];
        var made = await db.Set<AlertDelivery>().Where(d => d.ReportWeek != null && d.CreatedAt > now - (2 * Patience))
            .Select(d => new { d.ChannelId, d.ReportWeek }).ToListAsync(cancellationToken);
        return [.. due.Where(d => !made.Exists(m => m.ChannelId == d.Channel.Id && m.ReportWeek == d.Due.Monday))
            .Select(d => (d.Channel, d.Due.Monday))];
    }

    private AlertDelivery Delivery(AlertChannel channel, DateOnly week, ReportFacts facts, WeeklySnapshot? before, DateTimeOffset now)
    {
        var report = WeekInWords.Compose(facts, before?.Sources, channel.Rules.Environments);
        return AlertDelivery.Create(
            channel.Id,
            id => new AlertMessage(id, report.Title, [], now, outbox.LinkTo("/"), Letter: ReportLetter.Of(report)),
            now, week);
    }
}
