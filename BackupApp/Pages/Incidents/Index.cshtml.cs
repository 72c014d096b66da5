using BackupApp.Data;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Incidents;

/// <summary>What happened to the protection, the newest first.</summary>
public sealed class IndexModel(BackupApp.Protection.Incidents incidents, TimeProvider time) : PageModel
{
    private const int PageSize = 50;

    public IReadOnlyList<Incident> Rows { get; private set; } = [];

    public string? Older { get; private set; }

    public DateTimeOffset Now => time.GetUtcNow();

    public async Task OnGetAsync(string? after, CancellationToken cancellationToken)
    {
        var page = await incidents.PageAsync(false, null, KeysetCursor.Parse(after), PageSize, cancellationToken);
        (Rows, Older) = (page.Rows, page.Older?.ToString());
    }
}
