using System.Globalization;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.History;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Jobs;

/// <summary>All jobs. The filter lives in the address, so that a view can be kept and shared.</summary>
public sealed class IndexModel(AppDbContext db, JobHistory history, LabelledSources labelled) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Status { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Trigger { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Policy { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Destination { get; set; }

    /// <summary>As <c>key=value</c>, of the source or one of its policies as they are now.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Label { get; set; }

    /// <summary>Only what has not been deleted.</summary>
    [BindProperty(SupportsGet = true)]
    public bool Stored { get; set; }

    /// <summary>Days in UTC, both included.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    public RunPage<JobRow> Jobs { get; private set; } = new([], null, null);

    public IReadOnlyList<SelectListItem> Sources { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Policies { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Destinations { get; private set; } = [];

    public IEnumerable<SelectListItem> Statuses => Words<RunStatus>();

    public IEnumerable<SelectListItem> Triggers => Words<BackupTrigger>();

    public bool IsFiltered => Query.Length > 0;

    /// <summary>As it continues an address that has a query already.</summary>
    public string Query => QueryHelpers.AddQueryString("", Parameters().Where(p => !string.IsNullOrEmpty(p.Value))).Replace('?', '&');

    public async Task OnGetAsync(string? after, string? before, CancellationToken cancellationToken)
    {
        var filter = new JobFilter(
            Source,
            SnakeCase.ParseSnakeCase<RunStatus>(Status),
            SnakeCase.ParseSnakeCase<BackupTrigger>(Trigger),
            Policy,
            Day(From),
            Day(To?.AddDays(1)),
            Destination,
            Stored)
        {
            DataSourceIds = await LabelledAsync(cancellationToken),
        };
        Jobs = await history.PageAsync(
            filter,
            KeysetCursor.Parse(after),
            KeysetCursor.Parse(before),
            JobHistory.PageSize,
            cancellationToken);
        // Deleted ones too: their history stays.
        Sources = await db.Set<DataSource>().IgnoreQueryFilters().OrderBy(s => s.DeletedAt != null).ThenBy(s => s.Name)
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

    // What is no label has nothing.
    private async Task<IReadOnlyList<Guid>> LabelledAsync(CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(Label))
            return [];
        return JobFilter.Among(
            LabelSet.Find(Label) is { } label ? await labelled.FindAsync([label], alsoDeleted: true, cancellationToken) : []);
    }

    private IEnumerable<KeyValuePair<string, string?>> Parameters() =>
    [
        new("status", Status), new("trigger", Trigger), new("source", Source?.ToString()), new("policy", Policy?.ToString()),
        new("destination", Destination?.ToString()), new("label", Label), new("stored", Stored ? "true" : null),
        new("from", From?.ToString("O", CultureInfo.InvariantCulture)), new("to", To?.ToString("O", CultureInfo.InvariantCulture)),
    ];

    private static IEnumerable<SelectListItem> Words<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => new SelectListItem(value.ToSnakeCase(), value.ToSnakeCase()));

    private static DateTimeOffset? Day(DateOnly? day) => day is { } d ? new DateTimeOffset(d, TimeOnly.MinValue, TimeSpan.Zero) : null;
}
