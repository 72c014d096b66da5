using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>All sources. The filter lives in the address, so that a view can be kept and shared.</summary>
public sealed class IndexModel(AppDbContext db, LabelledSources labelled) : PageModel
{
    /// <summary>As <c>key=value</c>, of the source or one of its policies.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Label { get; set; }

    [BindProperty(SupportsGet = true)]
    public DataSourceEnvironment? Environment { get; set; }

    /// <summary>Those that are in use.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    public IEnumerable<SelectListItem> Environments =>
        Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(DataSourceText.Of(e), e.ToString()));

    public bool IsFiltered => !string.IsNullOrWhiteSpace(Label) || Environment is not null;

    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Labels = await labelled.AllAsync(cancellationToken);
        var shown = db.Set<DataSource>().AsNoTracking();
        if (Environment is { } environment)
            shown = shown.Where(s => s.Environment == environment);
        if (!string.IsNullOrWhiteSpace(Label))
        {
            // What is no label has nothing.
            var ids = LabelSet.Find(Label) is { } label ? await labelled.FindAsync([label], alsoDeleted: false, cancellationToken) : [];
            shown = shown.Where(s => ids.Contains(s.Id));
        }

        var sources = await shown.OrderBy(s => s.Name).ToListAsync(cancellationToken);
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
