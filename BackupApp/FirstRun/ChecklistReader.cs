using BackupApp.Accounts.People;
using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.FirstRun;

/// <summary>Reads what the database shows of the checklist.</summary>
public sealed class ChecklistReader(AppDbContext db)
{
    public async Task<Checklist> ReadAsync(CancellationToken cancellationToken) => Checklist.Of(
        await EvidenceAsync(cancellationToken), await db.Set<ChecklistMark>().AsNoTracking().ToListAsync(cancellationToken));

    /// <summary>There has never been a source: nobody has begun yet.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        !await db.Set<DataSource>().IgnoreQueryFilters().AnyAsync(cancellationToken);

    private async Task<ChecklistEvidence> EvidenceAsync(CancellationToken cancellationToken)
    {
        var first = await db.Set<BackupJob>()
            .Where(j => j.Status == RunStatus.Success)
            .OrderBy(j => j.CreatedAt)
            .Select(j => j.FinishedAt)
            .FirstOrDefaultAsync(cancellationToken);
        var (used, unused) = await ElsewhereAsync(cancellationToken);
        var channels = await db.Set<AlertChannel>()
            .Where(c => c.IsEnabled)
            .Select(c => new { c.Name, c.ConfirmedAt })
            .ToListAsync(cancellationToken);
        var (ready, notReady) = await ReadinessAsync(cancellationToken);
        var administrators = await db.Set<AppUser>()
            .Where(u => u.Role == UserRole.Administrator && u.DisabledAt == null)
            .Select(u => u.TwoFactorEnabled)
            .ToListAsync(cancellationToken);
        return new ChecklistEvidence(
            first,
            await db.Set<DataSource>().AnyAsync(cancellationToken),
            await Scheduled().AnyAsync(cancellationToken),
            used,
            unused,
            channels.Find(c => c.ConfirmedAt is not null)?.Name,
            channels.Count > 0,
            ready,
            notReady,
            administrators.Count,
            administrators.Count(on => on));
    }

    private IQueryable<PolicyAttachment> Scheduled() =>
        db.Set<PolicyAttachment>().Where(a => a.IsEnabled && db.Set<DataSource>().Any(s => s.Id == a.DataSourceId && s.IsActive));

    private async Task<(string? Used, string? Unused)> ElsewhereAsync(CancellationToken cancellationToken)
    {
        var buckets = await db.Set<StorageDestination>()
            .AsNoTracking()
            .Where(d => d.Kind == DestinationKind.S3)
            .OrderBy(d => d.Name)
            .ToListAsync(cancellationToken);
        var good = buckets.FindAll(d => d.LastTest is { Ok: true } && OtherMachine.Holds(d.Kind, d.Endpoint));
        if (good.Count == 0)
            return (null, null);
        var written = await Scheduled()
            .Join(db.Set<BackupPolicy>(), a => a.PolicyId, p => p.Id, (_, p) => p.DestinationId)
            .Distinct()
            .ToListAsync(cancellationToken);
        return (good.Find(d => written.Contains(d.Id))?.Name, good[0].Name);
    }

    private async Task<(string? Ready, string? NotReady)> ReadinessAsync(CancellationToken cancellationToken)
    {
        var sources = db.Set<DataSource>().AsNoTracking().Where(s => s.IsActive && s.RestoreReadiness != null);
        var ready = await sources.Where(s => s.RestoreReadiness!.State == ReadyState.Ready)
            .OrderBy(s => s.Name)
            .FirstOrDefaultAsync(cancellationToken);
        if (ready is not null)
            return (ready.Name, null);
        var other = await sources.OrderBy(s => s.Name).FirstOrDefaultAsync(cancellationToken);
        return (null, other is null ? null : $"{other.Name}: {other.RestoreReadiness!.Sentence}");
    }
}
