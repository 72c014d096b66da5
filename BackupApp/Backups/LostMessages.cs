using BackupApp.Data;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>
/// Sends queued jobs again whose message to Hangfire was lost: the process died between the two writes, or Hangfire's tables were. A message
/// too many is harmless, because the claim decides.
/// </summary>
public sealed class LostMessages(AppDbContext db, BackupQueue queue, JobStorage storage, IOptions<BackupOptions> options)
{
    private const int Batch = 1000;

    // A parked job is sent by the job that makes room; should that one have died, by this.
    private static readonly TimeSpan LongestPark = TimeSpan.FromMinutes(2);

    public async Task SendAgainAsync(CancellationToken cancellationToken)
    {
        var grace = options.Value.LostMessageTimeout;
        var queued = await db.Set<BackupJob>()
            .Where(j => j.Status == BackupStatus.Queued && j.CreatedAt < DateTimeOffset.UtcNow - grace)
            .Where(j => j.ParkedAt == null || j.ParkedAt < DateTimeOffset.UtcNow - LongestPark)
            .OrderBy(j => j.CreatedAt)
            .Select(j => new { j.Id, j.Trigger, j.HangfireJobId })
            .Take(Batch)
            .ToListAsync(cancellationToken);
        using var connection = storage.GetConnection();
        foreach (var job in queued)
        {
            if (job.HangfireJobId is null || IsUsedUp(connection.GetJobData(job.HangfireJobId)?.State))
                await queue.SendAsync(job.Id, job.Trigger);
        }
    }

    private static bool IsUsedUp(string? state) => state is null || state == SucceededState.StateName || state == DeletedState.StateName || state == FailedState.StateName;
}
