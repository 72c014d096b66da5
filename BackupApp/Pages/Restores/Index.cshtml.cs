using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.Jobs;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Restores;

/// <summary>All restores that people asked for, or some of them.</summary>
public sealed class IndexModel(AppDbContext db, RestoreHistory history) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Status { get; set; }

    /// <summary>See <see cref="ListSort"/>; the newest first where it says nothing.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    public ListView List { get; private set; } = null!;

    public IReadOnlyList<SelectListItem> Sources { get; private set; } = [];

    public static IEnumerable<SelectListItem> Statuses => Enum.GetValues<RunStatus>().Where(s => s != RunStatus.Queued)
        .Select(s => new SelectListItem(JobWords.Of(s), s.ToSnakeCase()));

    public RunPage<RestoreRow> Restores { get; private set; } = new([], null, null);

    public bool IsLive { get; private set; }

    public string LiveHref => List.Address.With("handler", "List");

    public Task OnGetAsync(string? after, string? before, CancellationToken cancellationToken) =>
        LoadAsync(after, before, cancellationToken);

    /// <summary>The rows alone, for the page that is open.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(null, null, cancellationToken);
        return Partial("_List", this);
    }

    private async Task LoadAsync(string? after, string? before, CancellationToken cancellationToken)
    {
        var ids = db.Set<RestoreJob>().Select(j => j.DataSourceId);
        Sources = await db.Set<DataSource>().IgnoreQueryFilters().Where(s => ids.Contains(s.Id)).OrderBy(s => s.Name)
            .Select(s => new SelectListItem(s.Name, s.Id.ToString()))
            .ToListAsync(cancellationToken);
        var status = SnakeCase.ParseSnakeCase<RunStatus>(Status);
        List = new(
            new ListAddress(
                Request.PathBase + "/Restores", [new("source", Source?.ToString()), new("status", Status), new("sort", Sort)]),
            ListSort.Parse(Sort, new("time", IsDescending: true), ["time"]),
            [.. Chips(status)]);
        Restores = await history.PageAsync(
            Source,
            RestoreTrigger.Manual,
            KeysetCursor.Parse(after),
            KeysetCursor.Parse(before),
            RestoreHistory.PageSize,
            cancellationToken,
            status,
            oldestFirst: !List.Sort.IsDescending);
        IsLive = after is null && before is null;
    }

    private IEnumerable<FilterChip> Chips(RunStatus? status)
    {
        if (Source is { } source)
        {
            var name = Sources.FirstOrDefault(s => s.Value == source.ToString())?.Text;
            yield return new("source", "Data source", name ?? "one without restores");
        }

        if (status is { } state)
            yield return new("status", "Result", JobWords.Of(state));
    }
}
