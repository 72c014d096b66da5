using BackupApp.Data;
using Hangfire;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Sends queued jobs again whose message to Hangfire was lost: the process died between the two writes, or Hangfire's tables were. A message
/// too many is harmless, because the claim decides.
/// </summary>
public sealed class LostJobsWorker(AppDbContext db, BackupQueue queue, JobStorage storage)
{
    public const string Id = "lost-jobs";
    public const string Queue = "control";

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Queue(Queue)]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var queued = await db.Set<BackupJob>()
            .Where(j => j.Status == BackupStatus.Queued && j.CreatedAt < DateTimeOffset.UtcNow - Grace)
            .OrderBy(j => j.CreatedAt)
            .Select(j => new { j.Id, j.HangfireJobId })
            .ToListAsync(cancellationToken);
        using var connection = storage.GetConnection();
        foreach (var job in queued)
        {
            if (IsLost(connection.GetJobData(job.HangfireJobId ?? "0")?.State))
                await queue.SendAsync(job.Id);
        }
    }

    private static bool IsLost(string? state) => state is null || state == SucceededState.StateName || state == DeletedState.StateName || state == FailedState.StateName;
}
