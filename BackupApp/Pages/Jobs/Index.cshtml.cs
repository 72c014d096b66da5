using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.History;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Jobs;

/// <summary>All jobs. What is shown is in the address, so that a view can be kept and shared.</summary>
public sealed class IndexModel(AppDbContext db, JobHistory history, LabelledSources labelled) : PageModel
{
    private const int MostChoices = 100;

    [BindProperty(SupportsGet = true)]
    public JobListInput Input { get; set; } = new();

    public TableModel Table { get; private set; } = TableModel.Empty;

    public ListView List => Table.List!;

    /// <summary>The first page follows what happens; another one stays as it was asked for.</summary>
    public bool IsLive { get; private set; }

    public bool HasActive => Table.Page.Rows.Any(j => j.Status is RunStatus.Queued or RunStatus.Running);

    /// <summary>Sorted by size or duration: among how many that is.</summary>
    public bool IsSortedByMeasure => List.Sort.Column != JobListInput.ByTime;

    /// <summary>To choose from; of more than <see cref="MostChoices"/> only the one that is chosen.</summary>
    public IReadOnlyList<SelectListItem> Sources { get; private set; } = [];

    public bool HasManySources { get; private set; }

    public IReadOnlyList<SelectListItem> Policies { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Destinations { get; private set; } = [];

    public IEnumerable<SelectListItem> Statuses =>
        Enum.GetValues<RunStatus>().Select(s => new SelectListItem(JobWords.Of(s), s.ToSnakeCase()));

    public IEnumerable<SelectListItem> Triggers =>
        Enum.GetValues<BackupTrigger>().Select(t => new SelectListItem(JobWords.Of(t), t.ToSnakeCase()));

    public string CsvHref => List.Address.With("handler", "Csv");

    public Task OnGetAsync(string? after, string? before, int? p, CancellationToken cancellationToken) =>
        LoadAsync(after, before, p, cancellationToken);

    /// <summary>The rows alone, for the page that is open.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(null, null, null, cancellationToken);
        return Partial("_List", this);
    }

    public async Task<IActionResult> OnGetCsvAsync(CancellationToken cancellationToken)
    {
        var jobs = history.AllAsync(await FilterAsync(cancellationToken), Csv.MostRows);
        return new CsvResult("backup-jobs", JobLines.Head, jobs.Select(JobLines.Of));
    }

    private async Task LoadAsync(string? after, string? before, int? page, CancellationToken cancellationToken)
    {
        await LoadChoicesAsync(cancellationToken);
        var filter = await FilterAsync(cancellationToken);
        var list = new ListView(new ListAddress(Request.PathBase + "/Jobs", Input.Parameters()), Input.Order, [.. Chips()]);
        Table = list.Sort.Column == JobListInput.ByTime
            ? await ByTimeAsync(filter, list, KeysetCursor.Parse(after), KeysetCursor.Parse(before), cancellationToken)
            : await ByMeasureAsync(filter, list, page ?? 1, cancellationToken);
        IsLive = after is null && before is null && page is null;
    }

    private async Task<TableModel> ByTimeAsync(
        JobFilter filter, ListView list, KeysetCursor? after, KeysetCursor? before, CancellationToken cancellationToken)
    {
        var jobs = await history.PageAsync(
            filter, after, before, JobHistory.PageSize, cancellationToken, oldestFirst: !list.Sort.IsDescending);
        return new(jobs, true, list.Address.Rest, list);
    }

    private async Task<TableModel> ByMeasureAsync(JobFilter filter, ListView list, int page, CancellationToken cancellationToken)
    {
        var number = Math.Clamp(page, 1, JobHistory.MostSorted / JobHistory.PageSize);
        var by = list.Sort.Column == JobListInput.ByTook ? JobMeasure.Took : JobMeasure.Stored;
        // One more than shown tells whether there is another page.
        var rows = await history.SortedAsync(
            filter, by, list.Sort.IsDescending, (number - 1) * JobHistory.PageSize, JobHistory.PageSize + 1, cancellationToken);
        var shown = rows.Take(JobHistory.PageSize).ToList();
        var numbered = new NumberedPage<JobRow>(shown, number, ((number - 1) * JobHistory.PageSize) + rows.Count, JobHistory.PageSize);
        return new(new(shown, null, null), true, "", list)
        {
            Previous = numbered.PreviousHref(list.Address),
            Next = numbered.NextHref(list.Address),
        };
    }

    private async Task<JobFilter> FilterAsync(CancellationToken cancellationToken)
    {
        var filter = Input.ToFilter(ViewerZone.Of(HttpContext));
        IReadOnlyList<Guid>? among = null;
        if (!string.IsNullOrWhiteSpace(Input.Label))
            // What is no label has nothing.
            among = LabelSet.Find(Input.Label) is { } label
                ? await labelled.FindAsync([label], alsoDeleted: true, cancellationToken)
                : [];
        if (!string.IsNullOrWhiteSpace(Input.Name))
        {
            var named = await NamedAsync(Input.Name.Trim(), cancellationToken);
            among = among is null ? named : [.. among.Intersect(named)];
        }

        return among is null ? filter : filter with { DataSourceIds = JobFilter.Among(among) };
    }

    private async Task<IReadOnlyList<Guid>> NamedAsync(string part, CancellationToken cancellationToken)
    {
        var pattern = LikePattern.Containing(part);
        return await db.Set<DataSource>().IgnoreQueryFilters()
            .Where(s => EF.Functions.ILike(s.Name, pattern, LikePattern.EscapeCharacter))
            .Select(s => s.Id)
            .ToListAsync(cancellationToken);
    }

    private IEnumerable<FilterChip> Chips()
    {
        if (Input.StatusValue is { } status)
            yield return new("status", "Result", JobWords.Of(status));
        if (Input.TriggerValue is { } trigger)
            yield return new("trigger", "Asked for", JobWords.Of(trigger));
        if (Input.Source is { } source)
            yield return new("source", "Data source", Name(Sources, source));
        if (!string.IsNullOrWhiteSpace(Input.Name))
            yield return new("name", "Data source", $"“{Input.Name.Trim()}”");
        if (Input.Policy is { } policy)
            yield return new("policy", "Policy", Name(Policies, policy));
        if (Input.Destination is { } destination)
            yield return new("destination", "Destination", Name(Destinations, destination));
        if (!string.IsNullOrWhiteSpace(Input.Label))
            yield return new("label", "Label", Input.Label);
        if (Input.From is { } from)
            yield return new("from", "From", JobListInput.Words(from));
        if (Input.To is { } to)
            yield return new("to", "To", JobListInput.Words(to));
        if (Input.Stored)
            yield return new("stored", "Only", "still stored");
    }

    private static string Name(IReadOnlyList<SelectListItem> items, Guid id) =>
        items.FirstOrDefault(i => i.Value == id.ToString())?.Text ?? "one that is gone";

    private async Task LoadChoicesAsync(CancellationToken cancellationToken)
    {
        // Deleted ones too: their history stays.
        var sources = db.Set<DataSource>().IgnoreQueryFilters();
        HasManySources = await sources.CountAsync(cancellationToken) > MostChoices;
        if (HasManySources)
            sources = sources.Where(s => s.Id == Input.Source);
        Sources = await sources.OrderBy(s => s.DeletedAt != null).ThenBy(s => s.Name)
            .Select(s => new SelectListItem(s.DeletedAt == null ? s.Name : s.Name + " (deleted)", s.Id.ToString()))
            .ToListAsync(cancellationToken);
        Destinations = await db.Set<StorageDestination>()
            .IgnoreQueryFilters()
            .OrderBy(d => d.DeletedAt != null)
            .ThenByDescending(d => d.IsManaged)
            .ThenBy(d => d.Name)
            .Select(d => new SelectListItem(d.DeletedAt == null ? d.Name : d.Name + " (deleted)", d.Id.ToString()))
            .ToListAsync(cancellationToken);
        // Not those of the jobs, which would be read through to find a few names; a policy that was
        // deleted can still be filtered by from a kept address.
        Policies = await db.Set<BackupPolicy>()
            .OrderBy(p => p.Name)
            .Select(p => new SelectListItem(p.Name, p.Id.ToString()))
            .ToListAsync(cancellationToken);
    }
}
