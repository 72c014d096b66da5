using BackupApp.Audit;
using BackupApp.Pages.Jobs;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Ui.Lists;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Audit;

/// <summary>What the address of the audit log asks for.</summary>
public sealed class AuditListInput
{
    [FromQuery(Name = "action")]
    public string? Action { get; set; }

    [FromQuery(Name = "target")]
    public string? Target { get; set; }

    [FromQuery(Name = "targetId")]
    public Guid? TargetId { get; set; }

    /// <summary>A part of the name, or <c>system</c>.</summary>
    [FromQuery(Name = "actor")]
    public string? Actor { get; set; }

    /// <summary>Without what BackupApp, tokens and strangers did.</summary>
    [FromQuery(Name = "people")]
    public bool People { get; set; }

    /// <summary>Days in the viewer's zone, both included.</summary>
    [FromQuery(Name = "from")]
    public DateOnly? From { get; set; }

    [FromQuery(Name = "to")]
    public DateOnly? To { get; set; }

    public AuditFilter ToFilter(ViewerZone zone) => new(
        From is { } from ? zone.StartOf(from) : null,
        To is { } to ? zone.EndOf(to) : null,
        Text(Action),
        Text(Target),
        TargetId,
        Text(Actor))
    {
        PeopleOnly = People,
    };

    public ListView View(string pathBase) =>
        new(new ListAddress(pathBase + "/Audit", Parameters()), new ListSort("time", IsDescending: true), [.. Chips()]);

    private IEnumerable<KeyValuePair<string, string?>> Parameters() =>
    [
        new("action", Text(Action)), new("target", Text(Target)), new("targetId", TargetId?.ToString()), new("actor", Text(Actor)),
        new("people", People ? "true" : null), new("from", JobListInput.Day(From)), new("to", JobListInput.Day(To)),
    ];

    private IEnumerable<FilterChip> Chips()
    {
        if (Text(Action) is { } action)
            yield return new("action", "What", AuditWords.Title(action));
        if (Text(Target) is { } target)
            yield return new("target", "About", AuditWords.TargetTitle(target));
        if (TargetId is not null)
            yield return new("targetId", "About", "one of them");
        if (Text(Actor) is { } actor)
            yield return new("actor", "Who", actor);
        if (From is { } from)
            yield return new("from", "From", JobListInput.Words(from));
        if (To is { } to)
            yield return new("to", "To", JobListInput.Words(to));
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
