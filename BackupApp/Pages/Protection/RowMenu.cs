using BackupApp.Protection;

namespace BackupApp.Pages.Protection;

/// <summary>What can be done about a source beside the one thing that its row shows. The model of <c>_RowMenu.cshtml</c>.</summary>
/// <param name="Id">Of the menu, once in the page.</param>
/// <param name="About">The source's name.</param>
/// <param name="Run">The source, where a backup can be run.</param>
public sealed record RowMenu(string Id, string About, Guid? Run, IReadOnlyList<ActionLink> Links)
{
    /// <param name="incident">What lasts of it; null where nothing does.</param>
    public static RowMenu Of(ProtectedSource source, Incident? incident)
    {
        var links = new List<ActionLink>();
        // A row on a phone has no room for a button beside its menu.
        if (HealthBoard.NeedsSomebody(source) && source.State.Action != ProtectionAction.RunNow
            && ActionLink.Of(source.Id, source.State) is { } due)
        {
            links.Add(due);
        }

        links.Add(new("Backups and contents", "/DataSources/Details", source.Id));
        if (source.State.NewestGood is not null)
            links.Add(new("Restore", "/Restores/Create", null) { Route = From(source) });
        links.Add(new("Policies", "/DataSources/Settings", source.Id, "policies"));
        links.Add(new("Edit", "/DataSources/Edit", source.Id));
        if (incident is not null)
            links.Add(new(incident.IsKnownAt(source.At) ? "Take back “I know”" : "I know", "/Incidents/Details", incident.Id));
        var canRun = source is { IsActive: true, Facts.LacksCredentials: false };
        return new RowMenu($"row-{source.Id:N}", source.Name, canRun ? source.Id : null, links);
    }

    private static Dictionary<string, string?> From(ProtectedSource source) => new() { ["source"] = $"{source.Id}" };
}
