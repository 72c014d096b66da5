using System.Reflection;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Ui.Lists;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Audit;

public sealed class IndexModel(AuditHistory history) : PageModel
{
    private static readonly string[] Actions =
    [
        .. typeof(AuditActions)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal),
    ];

    [BindProperty(SupportsGet = true)]
    public AuditListInput Input { get; set; } = new();

    public AuditPage Entries { get; private set; } = new([], null);

    public ListView List { get; private set; } = null!;

    /// <summary>The first page follows what happens; another one stays as it was asked for.</summary>
    public bool IsFirst { get; private set; }

    public static IEnumerable<SelectListItem> ActionItems =>
        Actions.Select(a => new SelectListItem(AuditWords.Title(a), a)).OrderBy(i => i.Text, StringComparer.Ordinal);

    public static IEnumerable<SelectListItem> TargetItems => Actions.Select(a => a.Split('.')[0])
        .Distinct(StringComparer.Ordinal)
        .Select(t => new SelectListItem(AuditWords.TargetTitle(t), t))
        .OrderBy(i => i.Text, StringComparer.Ordinal);

    public bool IsFiltered => List.IsFiltered || Input.People;

    public string PeopleHref => List.Address.With("people", Input.People ? null : "true");

    public string CsvHref => List.Address.With("handler", "Csv");

    public string LiveHref => List.Address.With("handler", "List");

    public string? OlderHref => Entries.Older is { } older ? List.Address.With("after", older.ToString()) : null;

    public string? NewestHref => IsFirst ? null : List.Address.Href;

    public Task OnGetAsync(string? after, CancellationToken cancellationToken) => LoadAsync(after, cancellationToken);

    /// <summary>The rows alone, for the page that is open.</summary>
    public async Task<IActionResult> OnGetListAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(null, cancellationToken);
        return Partial("_List", this);
    }

    public IActionResult OnGetCsv(CancellationToken cancellationToken)
    {
        var entries = history.AllAsync(Input.ToFilter(ViewerZone.Of(HttpContext)), Csv.MostRows, cancellationToken);
        return new CsvResult("audit-log", AuditCsv.Head, entries.Select(AuditCsv.Of));
    }

    private async Task LoadAsync(string? after, CancellationToken cancellationToken)
    {
        List = Input.View(Request.PathBase);
        var filter = Input.ToFilter(ViewerZone.Of(HttpContext));
        Entries = await history.PageAsync(filter, KeysetCursor.Parse(after), AuditHistory.PageSize, cancellationToken);
        IsFirst = after is null;
    }
}
