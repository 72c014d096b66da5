using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Stored;

/// <summary>
/// Calls for deletions whose call was lost, and for those that have to be tried again. Costs one question where none is due.
/// </summary>
public sealed class DueDeletions(AppDbContext db, DeletionCall call) : IReaperPart
{
    public string Name => "deletions";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (await db.Set<BackupJob>().AnyAsync(j => j.DeletionDueAt <= DateTimeOffset.UtcNow, cancellationToken))
            call.Send();
    }
}
