using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

public sealed class IndexModel(AppDbContext db) : PageModel
{
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var sources = await db.Set<DataSource>().AsNoTracking().OrderBy(s => s.Name).ToListAsync(cancellationToken);
        var jobs = db.Set<BackupJob>();
        var last = await db.Set<DataSource>()
            .Select(s => jobs.Where(j => j.DataSourceId == s.Id).OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id)
                .Select(j => new LastJob(j.DataSourceId, j.Id, j.Status, j.CreatedAt)).FirstOrDefault())
            .ToListAsync(cancellationToken);
        var bySource = last.OfType<LastJob>().ToDictionary(j => j.DataSourceId);
        var stored = await jobs.Stored().GroupBy(j => j.DataSourceId)
            .Select(g => new { g.Key, Bytes = g.Sum(j => j.BytesStored) })
            .ToDictionaryAsync(g => g.Key, g => g.Bytes, cancellationToken);
        Rows = [.. sources.Select(s => new Row(s, bySource.GetValueOrDefault(s.Id), stored.GetValueOrDefault(s.Id)))];
    }

    public sealed record LastJob(Guid DataSourceId, Guid Id, RunStatus Status, DateTimeOffset CreatedAt);

    /// <param name="StoredBytes">Of all its backups that are there.</param>
    public sealed record Row(DataSource Source, LastJob? Last, long StoredBytes);
}
