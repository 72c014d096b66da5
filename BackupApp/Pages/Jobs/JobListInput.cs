using System.Globalization;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.History;
using BackupApp.Pages.Ui;
using BackupApp.Pages.Ui.Lists;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Jobs;

/// <summary>What the address of the history asks for.</summary>
public sealed class JobListInput
{
    public const string ByTime = "time";
    public const string ByTook = "took";
    public const string ByStored = "stored";

    private static readonly string[] Columns = [ByTime, ByTook, ByStored];

    [FromQuery(Name = "status")]
    public string? Status { get; set; }

    [FromQuery(Name = "trigger")]
    public string? Trigger { get; set; }

    [FromQuery(Name = "source")]
    public Guid? Source { get; set; }

    /// <summary>A part of the source's name, in any case: where there are too many to choose one from.</summary>
    [FromQuery(Name = "name")]
    public string? Name { get; set; }

    [FromQuery(Name = "policy")]
    public Guid? Policy { get; set; }

    [FromQuery(Name = "destination")]
    public Guid? Destination { get; set; }

    /// <summary>As <c>key=value</c>, of the source or one of its policies as they are now.</summary>
    [FromQuery(Name = "label")]
    public string? Label { get; set; }

    /// <summary>Only what has not been deleted.</summary>
    [FromQuery(Name = "stored")]
    public bool Stored { get; set; }

    /// <summary>Days in the viewer's zone, both included.</summary>
    [FromQuery(Name = "from")]
    public DateOnly? From { get; set; }

    [FromQuery(Name = "to")]
    public DateOnly? To { get; set; }

    /// <summary>See <see cref="ListSort"/>; the newest first where it says nothing.</summary>
    [FromQuery(Name = "sort")]
    public string? Sort { get; set; }

    public RunStatus? StatusValue => SnakeCase.ParseSnakeCase<RunStatus>(Status);

    public BackupTrigger? TriggerValue => SnakeCase.ParseSnakeCase<BackupTrigger>(Trigger);

    public ListSort Order => ListSort.Parse(Sort, new(ByTime, IsDescending: true), Columns);

    public JobFilter ToFilter(ViewerZone zone) => new(
        Source,
        StatusValue,
        TriggerValue,
        Policy,
        From is { } from ? zone.StartOf(from) : null,
        To is { } to ? zone.EndOf(to) : null,
        Destination,
        Stored);

    public IEnumerable<KeyValuePair<string, string?>> Parameters() =>
    [
        new("status", Status), new("trigger", Trigger), new("source", Source?.ToString()), new("name", Name),
        new("policy", Policy?.ToString()),
        new("destination", Destination?.ToString()), new("label", Label), new("stored", Stored ? "true" : null),
        new("from", Day(From)), new("to", Day(To)), new("sort", Sort),
    ];

    /// <summary>As people read it: "7 Nov 2026".</summary>
    public static string Words(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);

    /// <summary>As an address and a field have it.</summary>
    public static string? Day(DateOnly? day) => day?.ToString("O", CultureInfo.InvariantCulture);
}
