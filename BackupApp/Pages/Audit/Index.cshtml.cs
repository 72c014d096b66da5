using System.Globalization;
using System.Reflection;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.WebUtilities;

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

    [BindProperty(SupportsGet = true, Name = "action")]
    public string? Chosen { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Target { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? TargetId { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    /// <summary>Days in UTC, both included.</summary>
    [BindProperty(SupportsGet = true)]
    public DateOnly? From { get; set; }

    [BindProperty(SupportsGet = true)]
    public DateOnly? To { get; set; }

    public AuditPage Entries { get; private set; } = new([], null);

    public bool IsFiltered =>
        Chosen is not null || Target is not null || TargetId is not null || Actor is not null || From is not null || To is not null;

    /// <summary>Early entries of strangers have no name.</summary>
    public static string Who(AuditEntry entry) =>
        entry.ActorName ?? (entry.ActorType == ActorType.System ? "system" : BackupApp.Audit.Actor.Anonymous);

    public IEnumerable<SelectListItem> ActionItems => Actions.Select(a => new SelectListItem(a, a)).Prepend(new SelectListItem("All", ""));

    public IEnumerable<SelectListItem> TargetItems =>
        Actions.Select(a => a.Split('.')[0])
            .Distinct(StringComparer.Ordinal)
            .Select(t => new SelectListItem(t, t))
            .Prepend(new SelectListItem("All", ""));

    public string? OlderHref =>
        Entries.Older is { } older ? QueryHelpers.AddQueryString(Own, Query().Append(new("after", older.ToString()))) : null;

    public string? NewestHref(string? after) => after is null ? null : QueryHelpers.AddQueryString(Own, Query());

    public async Task OnGetAsync(string? after, CancellationToken cancellationToken)
    {
        (Chosen, Target, Actor) = (Text(Chosen), Text(Target), Text(Actor));
        var filter = new AuditFilter(Day(From), Day(To?.AddDays(1)), Chosen, Target, TargetId, Actor);
        Entries = await history.PageAsync(filter, KeysetCursor.Parse(after), AuditHistory.PageSize, cancellationToken);
    }

    private string Own => Request.PathBase.ToUriComponent() + "/Audit";

    private IEnumerable<KeyValuePair<string, string?>> Query()
    {
        (string Name, string? Value)[] all =
        [
            ("action", Chosen), ("target", Target), ("targetId", TargetId?.ToString()), ("actor", Actor),
            ("from", From?.ToString("O", CultureInfo.InvariantCulture)), ("to", To?.ToString("O", CultureInfo.InvariantCulture)),
        ];
        return all.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value));
    }

    private static DateTimeOffset? Day(DateOnly? day) => day is { } d ? new DateTimeOffset(d, TimeOnly.MinValue, TimeSpan.Zero) : null;

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
