using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>How many manual backups of one source may wait, whoever asks for them: a script in a loop fills no queue.</summary>
internal static class ManualLimit
{
    // Any number will do; it only has to be the same in every process.
    private const long Seed = 0x6d616e75616c;

    /// <summary>Within the transaction that adds the job: others that want the last place wait for its end.</summary>
    /// <exception cref="ConflictException">So many wait already.</exception>
    public static async Task RequirePlaceAsync(AppDbContext db, DataSource source, int most, CancellationToken cancellationToken)
    {
        await db.Database.ExecuteSqlAsync(
            $"select pg_advisory_xact_lock(hashtextextended({source.Id.ToString()}, {Seed}))", cancellationToken);
        var waiting = await db.Set<BackupJob>()
            .CountAsync(
                j => j.DataSourceId == source.Id && j.Trigger == BackupTrigger.Manual && j.Status == RunStatus.Queued,
                cancellationToken);
        if (waiting >= most)
            throw new ConflictException(
                $"{waiting} manual {(waiting == 1 ? "backup" : "backups")} of this data source are waiting already. "
                + "Wait until one has started, or cancel one.");
    }
}
