using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Pages.Ui.Lists;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

public sealed class IndexModel(AppDbContext db, DestinationAttempts attempts, CurrentActor actor, ObjectStores stores) : FeaturePage
{
    private static readonly string[] Columns = ["name", "place", "tested"];

    /// <summary>See <see cref="ListSort"/>; the server's own first, then by name, where it says nothing.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    public ListView List { get; private set; } = null!;

    public IReadOnlyList<StorageDestination> Rows { get; private set; } = [];

    public string Place(StorageDestination destination) => destination.Kind == DestinationKind.Folder
        ? stores.ManagedFolder
        : $"{destination.Endpoint ?? "AWS"} · {destination.Bucket}{(destination.Prefix.Length > 0 ? "/" + destination.Prefix : "")}";

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        List = new(
            new ListAddress(Request.PathBase + "/Destinations", [new("sort", Sort)]), ListSort.Parse(Sort, new(""), Columns), []);
        var all = await db.Set<StorageDestination>()
            .AsNoTracking()
            .OrderByDescending(d => d.IsManaged)
            .ThenBy(d => d.Name)
            .ToListAsync(cancellationToken);
        Rows = List.Sort.Column switch
        {
            "name" => [.. List.Sort.Apply(all, d => d.Name, StringComparer.OrdinalIgnoreCase)],
            "place" => [.. List.Sort.Apply(all, Place, StringComparer.OrdinalIgnoreCase)],
            "tested" => [.. List.Sort.Apply(all, d => d.LastTest?.TestedAt ?? DateTimeOffset.MinValue)],
            _ => all,
        };
    }

    public Task<IActionResult> OnPostTestAsync(Guid id, CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage("Progress", new { id = await attempts.TestAsync(id, actor.Value, cancellationToken) }),
        () => RedirectToPage());
}
