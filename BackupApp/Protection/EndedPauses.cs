using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// Switches on again what was paused until a moment that has come: sources, and policies of theirs. One that cannot be keeps no other
/// from it, nor the watch from looking.
/// </summary>
public sealed class EndedPauses(AppDbContext db, RoundGuard guard, PauseDataSource pause, PolicyAttachments attachments)
{
    /// <summary>For the begin of a round: nothing else is to be written yet.</summary>
    public async Task ResumeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().Where(
            s => !s.IsActive && s.PausedUntil <= now).Select(s => s.Id).ToListAsync(cancellationToken);
        foreach (var id in sources)
            await TryAsync(() => pause.ResumeAsync(id, cancellationToken), cancellationToken);
        var policies = await db.Set<PolicyAttachment>().Where(a => !a.IsEnabled && a.PausedUntil <= now)
            .Where(a => db.Set<DataSource>().Any(s => s.Id == a.DataSourceId))
            .Select(a => new { a.DataSourceId, a.PolicyId }).ToListAsync(cancellationToken);
        foreach (var paused in policies)
            await TryAsync(() => attachments.ResumeAsync(paused.DataSourceId, paused.PolicyId, cancellationToken), cancellationToken);
    }

    private async Task TryAsync(Func<Task> resume, CancellationToken cancellationToken)
    {
        if (!await guard.TryAsync(this, resume, cancellationToken))
            db.ChangeTracker.Clear(); // or what was not written for this one would be with the next
    }
}
