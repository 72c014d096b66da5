using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>Sends what a restore kept waiting: other restores of the same database, and the backups of one that was overwritten.</summary>
public sealed class RestoreAfter(AppDbContext db, RestoreQueue restores, BackupQueue backups)
{
    public async Task SendParkedAsync(ClaimedRestore job)
    {
        await restores.SendParkedAsync();
        if (job.Job.Mode == RestoreMode.Overwrite)
            await backups.SendParkedAsync(await RestoresUnderWay.SourcesOfAsync(db, [job.Job], CancellationToken.None));
    }
}
