using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Scheduled backups that a stop of the server canceled, of policies that run once after a downtime: they are due again. Updates like to
/// come at night, as backups do.
/// </summary>
public static class InterruptedOccurrences
{
    // What is older is no night that anybody still waits for; and a long history is not read at each start.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(7);

    /// <summary>Called at start. Each attachment goes back to where its newest scheduled backup was due, if that was canceled so.</summary>
    public static Task<int> TakeBackAsync(AppDbContext db, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
        $"""
        update policy_attachments a set evaluated_until = c.scheduled_for - interval '1 millisecond'
        from backup_jobs c, backup_policies p
        where c.attachment_id = a.id and p.id = a.policy_id and p.run_once_after_downtime and a.is_enabled
            and c.trigger = 'schedule' and c.status = 'canceled' and c.cancel_reason = 'shutdown'
            and c.created_at > {now - Oldest} and a.evaluated_until >= c.scheduled_for
            and not exists (
                select from backup_jobs n
                where n.attachment_id = a.id and n.trigger = 'schedule'
                    and (n.scheduled_for, n.id) > (c.scheduled_for, c.id))
        """,
        cancellationToken);
}
