using System.Globalization;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>All sources. What is shown is in the address, so that a view can be kept and shared.</summary>
public sealed class IndexModel(AppDbContext db, LabelledSources labelled) : PageModel
{
    private const int PageSize = 50;

    [BindProperty(SupportsGet = true)]
    public SourceListInput Input { get; set; } = new();

    /// <summary>The number of the page.</summary>
    [BindProperty(SupportsGet = true, Name = "p")]
    public int? Number { get; set; }

    public ListView List { get; private set; } = null!;

    /// <summary>Labels that are in use.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    public IEnumerable<SelectListItem> Environments =>
        Enum.GetValues<DataSourceEnvironment>().Select(e => new SelectListItem(DataSourceText.Of(e), e.ToString()));

    public IEnumerable<SelectListItem> Engines =>
        Enum.GetValues<Engine>().Select(e => new SelectListItem(DataSourceText.Of(e), e.ToString()));

    public NumberedPage<Row> Rows { get; private set; } = NumberedPage.Of<Row>([], null, PageSize);

    public string LiveHref =>
        List.Address.Plus("p", Number?.ToString(CultureInfo.InvariantCulture)).With("handler", "List");

    /// <summary>Where a form about the ticked rows goes, with the filter by which "all" is meant.</summary>
    public string BulkHref => Url.Page("Bulk", "Preview") + List.Address.Rest;

    public bool HasActive => Rows.Rows.Any(r => r.Last is { Status: RunStatus.Queued or RunStatus.Running });

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>The rows alone, for the page that is open.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("_List", this);
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        List = Input.View(Request.PathBase);
        Labels = await labelled.AllAsync(cancellationToken);
        var shown = await Input.FilterAsync(db, labelled, cancellationToken);
        var sources = await shown.OrderBy(s => s.Name).ThenBy(s => s.Id).ToListAsync(cancellationToken);
        var last = await LastAsync(sources.ConvertAll(s => s.Id), cancellationToken);
        // What all have stored is only summed up where the order asks for it.
        var stored = List.Sort.Column == SourceListInput.ByStored
            ? await StoredAsync(sources, cancellationToken)
            : new Dictionary<Guid, long>();
        var sorted = Sort([.. sources.Select(s => new Row(s, last.GetValueOrDefault(s.Id), stored.GetValueOrDefault(s.Id)))]);
        Rows = NumberedPage.Of(sorted, Number, PageSize);
        if (List.Sort.Column == SourceListInput.ByStored)
            return;
        stored = await StoredAsync([.. Rows.Rows.Select(r => r.Source)], cancellationToken);
        Rows = Rows with { Rows = [.. Rows.Rows.Select(r => r with { StoredBytes = stored.GetValueOrDefault(r.Source.Id) })] };
    }

    private IReadOnlyList<Row> Sort(IReadOnlyList<Row> rows) => List.Sort.Column switch
    {
        SourceListInput.ByServer => [.. List.Sort.Apply(rows, r => r.Source.Host, StringComparer.OrdinalIgnoreCase)],
        SourceListInput.ByLast => [.. List.Sort.Apply(rows, r => r.Last?.CreatedAt ?? DateTimeOffset.MinValue)],
        SourceListInput.ByStored => [.. List.Sort.Apply(rows, r => r.StoredBytes)],
        _ => [.. List.Sort.Apply(rows, r => r.Source.Name, StringComparer.OrdinalIgnoreCase)],
    };

    // One row of an index for each of them: over all jobs it would be a window over the whole history.
    private async Task<Dictionary<Guid, LastJob>> LastAsync(List<Guid> sources, CancellationToken cancellationToken)
    {
        var last = await db.Database.SqlQuery<LastRow>(
            $"""
            select s.id as "DataSourceId", j.id as "Id", j.status as "Status", j.created_at as "CreatedAt"
            from unnest({sources}) s(id) cross join lateral (
                select j.id, j.status, j.created_at from backup_jobs j
                where j.data_source_id = s.id order by j.created_at desc, j.id desc limit 1) j
            """).ToListAsync(cancellationToken);
        return last.ToDictionary(
            j => j.DataSourceId,
            j => new LastJob(j.DataSourceId, j.Id, SnakeCase.ParseSnakeCase<RunStatus>(j.Status)!.Value, j.CreatedAt));
    }

    private async Task<Dictionary<Guid, long>> StoredAsync(IReadOnlyList<DataSource> sources, CancellationToken cancellationToken)
    {
        var ids = sources.Select(s => s.Id).ToList();
        return await db.Set<BackupJob>().Stored().Where(j => j.DeletionMarkedAt == null && ids.Contains(j.DataSourceId))
            .GroupBy(j => j.DataSourceId)
            .Select(g => new { g.Key, Bytes = g.Sum(j => j.BytesStored) })
            .ToDictionaryAsync(g => g.Key, g => g.Bytes, cancellationToken);
    }

    private sealed record LastRow(Guid DataSourceId, Guid Id, string Status, DateTimeOffset CreatedAt);

    public sealed record LastJob(Guid DataSourceId, Guid Id, RunStatus Status, DateTimeOffset CreatedAt);

    /// <param name="StoredBytes">Of all its backups that are kept.</param>
    public sealed record Row(DataSource Source, LastJob? Last, long StoredBytes);
}
