using BackupApp.Accounts;
using Hangfire;
using Hangfire.Dashboard;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire's own dashboard, in our words and colours as far as its options go: the queue, for whoever looks after the server.
/// </summary>
public static class QueueDashboard
{
    private const string Path = "/hangfire";

    // The menu and the styles are static in Hangfire: once in a process, however many applications it holds.
    private static readonly Lazy<bool> Frame = new(() =>
    {
        NavigationMenu.Items.Insert(0, page => new MenuItem("← Back to BackupApp", HomeOf(page.Context.Request.PathBase)));
        // Its own dark colours come last unless ours do.
        GlobalConfiguration.Configuration.UseDashboardStylesheet(typeof(QueueDashboard).Assembly, "queue.css")
            .UseDashboardStylesheetDarkMode(typeof(QueueDashboard).Assembly, "queue.css");
        return true;
    });

    /// <summary>
    /// Maps it read-only: a requeue or a trigger there would bypass our rows. A policy guards it, since by default anything from loopback
    /// gets in.
    /// </summary>
    public static void MapQueueDashboard(this WebApplication app)
    {
        _ = Frame.Value;
        var options = new DashboardOptions
        {
            IsReadOnlyFunc = _ => true,
            DisplayStorageConnectionString = false,
            DashboardTitle = "Queue · BackupApp",
            // One address for all requests: the menu has the way back that fits each request's prefix.
            AppPath = null,
        };
        app.MapHangfireDashboardWithAuthorizationPolicy(AccessRules.Administer, Path, options);
    }

    /// <param name="pathBase">Of a request to the dashboard: the outside prefix, and its own path.</param>
    internal static string HomeOf(string pathBase) =>
        (pathBase.EndsWith(Path, StringComparison.OrdinalIgnoreCase) ? pathBase[..^Path.Length] : pathBase) + "/";
}
