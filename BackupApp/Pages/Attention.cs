using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages;

/// <summary>A data source that somebody should look at.</summary>
/// <param name="What">What is the matter, as a sentence.</param>
/// <param name="JobId">The job that failed; null when the matter is the source's own.</param>
public sealed record Attention(Guid DataSourceId, string Name, string What, Guid? JobId)
{
    /// <summary>Active sources whose last backup failed, whose connection was refused, or that have no good backup; paused ones are left alone on purpose.</summary>
    public static async Task<IReadOnlyList<Attention>> ReadAsync(AppDbContext db, CancellationToken cancellationToken)
    {
        var jobs = db.Set<BackupJob>();
        var sources = await db.Set<DataSource>().AsNoTracking().Where(s => s.IsActive).OrderBy(s => s.Name).ToListAsync(cancellationToken);
        var ends = await db.Set<DataSource>().Where(s => s.IsActive)
            .Select(s => jobs
                .Where(j => j.DataSourceId == s.Id && (j.Status == BackupStatus.Success || j.Status == BackupStatus.Failed || j.Status == BackupStatus.Partial))
                .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
                .Select(j => new End(j.DataSourceId, j.Id, j.Status, j.ErrorSummary)).FirstOrDefault())
            .ToListAsync(cancellationToken);
        var bySource = ends.OfType<End>().ToDictionary(e => e.DataSourceId);
        return [.. sources.Select(s => Of(s, bySource.GetValueOrDefault(s.Id))).OfType<Attention>()];
    }

    private static Attention? Of(DataSource source, End? last) => (last, source.LastTest) switch
    {
        ({ Status: BackupStatus.Failed }, _) => new(source.Id, source.Name, $"The last backup failed. {last.ErrorSummary}", last.JobId),
        ({ Status: BackupStatus.Partial }, _) => new(source.Id, source.Name, $"The last backup is not complete. {last.ErrorSummary}", last.JobId),
        (_, { Code: not ConnectionTestCode.Ok } test) => new(source.Id, source.Name, test.Message, null),
        (null, _) => new(source.Id, source.Name, "There is no backup yet.", null),
        _ => null,
    };

    private sealed record End(Guid DataSourceId, Guid JobId, BackupStatus Status, string? ErrorSummary);
}
