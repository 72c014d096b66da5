using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Jobs;

public sealed class IndexModel(JobHistory history) : PageModel
{
    public JobPage Jobs { get; private set; } = new([], null, null);

    public async Task OnGetAsync(string? after, string? before, CancellationToken cancellationToken) =>
        Jobs = await history.PageAsync(null, KeysetCursor.Parse(after), KeysetCursor.Parse(before), JobHistory.PageSize, cancellationToken);
}
