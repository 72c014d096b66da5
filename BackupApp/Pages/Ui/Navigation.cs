using BackupApp.Accounts;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Pages.Ui;

/// <summary>One entry of the main navigation.</summary>
/// <param name="Title">What it is called, on the page too.</param>
/// <param name="Href">Path from the application's root.</param>
/// <param name="Icon">A name in FrontEnd/icons.txt.</param>
/// <param name="Needs">Only people with this permission see it.</param>
/// <param name="Group">Under which heading; null for none.</param>
public sealed record NavItem(string Title, string Href, string Icon, Permission Needs = Permission.SignedIn, string? Group = null)
{
    /// <summary>Whether the request is for this entry's page or one below it.</summary>
    public bool IsActive(PathString path) =>
        Href == "/" ? path == "/" || path == "/Index" : path.StartsWithSegments(Href, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A link back to the page above, shown over the title: <c>ViewData["Parent"] = new Crumb("Backup jobs", "/Jobs")</c>.</summary>
public sealed record Crumb(string Title, string Href);

/// <summary>The main navigation, in its order. A new area of the product is one line here.</summary>
public static class Navigation
{
    private const string Administration = "Administration";

    public static IReadOnlyList<NavItem> Items { get; } =
    [
        new("Dashboard", "/", "dashboard"),
        new("Data sources", "/DataSources", "database"),
        new("Policies", "/Policies", "calendar-time"),
        new("Backup jobs", "/Jobs", "history"),
        new("Restores", "/Restores", "database-import"),
        new("Destinations", "/Destinations", "bucket"),
        new("Alerts", "/Channels", "bell"),
        new("Audit log", "/Audit", "clipboard-list"),
        new("API", "/api", "code"),
        new("Users", "/Users", "users", Permission.Administer, Administration),
        new("Queue", "/hangfire", "bolt", Permission.Administer, Administration),
    ];
}
