using BackupApp.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// Sends queued jobs again whose message to Hangfire was lost: the process died between the two writes, or a worker died between taking the message and
/// claiming the job, which Hangfire by itself would notice only after its invisibility timeout. A message too many is harmless, because the claim decides.
/// </summary>
public sealed class LostMessages(AppDbContext db, BackupQueue queue, IOptions<BackupOptions> options)
{
    private const int Batch = 1000;

    // A parked job is sent by the job that makes room; should that one have died, by this.
    private static readonly TimeSpan LongestPark = TimeSpan.FromMinutes(2);

    public async Task SendAgainAsync(CancellationToken cancellationToken)
    {
        var grace = options.Value.LostMessageTimeout;
        // Hangfire's own table, since its API does not tell a message that waits from one that a dead worker holds. A claim follows a fetch within milliseconds.
        var lost = await db.Set<BackupJob>().FromSql(
            $"""
            select * from backup_jobs job
            where status = 'queued' and created_at < now() - {grace} and (parked_at is null or parked_at < now() - {LongestPark})
              and not exists (
                select from hangfire.jobqueue message
                where message.jobid = job.hangfire_job_id::bigint and (message.fetchedat is null or message.fetchedat > now() - {grace}))
            """)
            .OrderBy(j => j.CreatedAt)
            .Select(j => new { j.Id, j.Trigger })
            .Take(Batch)
            .ToListAsync(cancellationToken);
        foreach (var job in lost)
            await queue.SendAsync(job.Id, job.Trigger);
    }
}
