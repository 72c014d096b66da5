using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Switches on again what was paused until a moment that has come: sources, and policies of theirs.</summary>
public sealed class EndedPauses(AppDbContext db, PauseDataSource pause, PolicyAttachments attachments)
{
    public async Task ResumeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().Where(
            s => !s.IsActive && s.PausedUntil <= now).Select(s => s.Id).ToListAsync(cancellationToken);
        foreach (var id in sources)
            await pause.ResumeAsync(id, cancellationToken);
        var policies = await db.Set<PolicyAttachment>().Where(a => !a.IsEnabled && a.PausedUntil <= now)
            .Where(a => db.Set<DataSource>().Any(s => s.Id == a.DataSourceId))
            .Select(a => new { a.DataSourceId, a.PolicyId }).ToListAsync(cancellationToken);
        foreach (var paused in policies)
            await attachments.ResumeAsync(paused.DataSourceId, paused.PolicyId, cancellationToken);
    }
}
