using BackupApp.Data;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Incidents;

/// <summary>What happened to the protection, the newest first.</summary>
public sealed class IndexModel(BackupApp.Protection.Incidents incidents, TimeProvider time) : PageModel
{
    private const int PageSize = 50;

    /// <summary>Only what is not over.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Open { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    public ListView List { get; private set; } = null!;

    public IReadOnlyList<Incident> Rows { get; private set; } = [];

    public string? OlderHref { get; private set; }

    public string? NewestHref { get; private set; }

    public bool IsLive => NewestHref is null;

    public string LiveHref => List.Address.With("handler", "List");

    public DateTimeOffset Now => time.GetUtcNow();

    public Task OnGetAsync(string? after, CancellationToken cancellationToken) => LoadAsync(after, cancellationToken);

    /// <summary>The rows alone, for the page that is open.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(null, cancellationToken);
        return Partial("_List", this);
    }

    private async Task LoadAsync(string? after, CancellationToken cancellationToken)
    {
        List = new(
            new ListAddress(
                Request.PathBase + "/Incidents", [new("open", Open ? "true" : null), new("source", Source?.ToString())]),
            new ListSort("time", IsDescending: true),
            [.. Chips()]);
        var page = await incidents.PageAsync(Open, Source, KeysetCursor.Parse(after), PageSize, cancellationToken);
        Rows = page.Rows;
        OlderHref = page.Older is { } older ? List.Address.With("after", older.ToString()) : null;
        NewestHref = after is null ? null : List.Address.Href;
    }

    private IEnumerable<FilterChip> Chips()
    {
        if (Open)
            yield return new("open", "Only", "what lasts");
        if (Source is not null)
            yield return new("source", "About", "one data source");
    }
}
