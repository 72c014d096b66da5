using BackupApp.Audit;

namespace BackupApp.Pages.Audit;

public static partial class AuditWords
{
    private static Dictionary<string, AuditWord> OfSources => new()
    {
        [AuditActions.DataSourceCreated] = new("Data source added", "added the data source {0}"),
        [AuditActions.DataSourceUpdated] = new(
            "Data source changed",
            f => f.Has("warnings") ? "set what warns of changed contents of {0}" : "changed the data source {0}"),
        [AuditActions.DataSourceCredentialsSet] = new("Credentials set", f => f.Text("restoreLogin") switch
        {
            "removed" => "took the login for restores away from {0}",
            "set" => "set the login for restores of {0}",
            _ => "set the login of {0}",
        }),
        [AuditActions.DataSourceActivated] = new("Data source resumed", "resumed {0}"),
        [AuditActions.DataSourceDeactivated] = new(
            "Data source paused", f => "paused {0}" + If(f.Text("why"), why => $", because: {why}")),
        [AuditActions.DataSourceDeleted] = new(
            "Data source deleted",
            f => "deleted the data source {0}" + (f.Number("backupsKept") is > 0 and var kept ? $"; {kept} of its backups stay" : "")),
        [AuditActions.DataSourceVerifyAttempted] = new(
            "Connection tested", f => f.Text("code") is null or "ok" ? "tested the connection to {0}: it works"
                : $"tested the connection to {{0}}: {Plain(f.Text("code")!)}"),
        [AuditActions.PromiseSet] = new(
            "Promise set",
            f => f.Number("maxAgeSeconds") is { } seconds
                ? $"promised that the newest good backup of {{0}} is never older than {Span(seconds)}"
                : "let the promise of {0} follow its schedules"),
        [AuditActions.PromiseLoosened] = new(
            "Promise loosened",
            f => "loosened the promise of {0}" + If(f.Text("before"), was => $": it was {was}, and is {f.Text("after")} now")),
        [AuditActions.UncoveredIgnored] = new(
            "Database needs no backup", f => "said that {0} needs no backup" + If(f.Text("why"), why => $", because: {why}")),
        [AuditActions.UncoveredTakenBack] = new(
            "Database needs a backup after all", "took back that {0} needs no backup"),
        [AuditActions.UncoveredLookRequested] = new(
            "Look for databases asked for", "asked for a look at which databases nobody backs up"),
    };

    private static Dictionary<string, AuditWord> OfPolicies => new()
    {
        [AuditActions.PolicyCreated] = new("Policy added", "added the policy {0}"),
        [AuditActions.PolicyUpdated] = new(
            "Policy changed",
            f => f.Text("dataSource") is { } source ? $"changed the place of the policy {{0}} on {source}" : "changed the policy {0}"),
        [AuditActions.PolicyDeleted] = new("Policy deleted", "deleted the policy {0}"),
        [AuditActions.PolicyAttached] = new(
            "Policy attached", f => "attached the policy {0}" + If(f.Text("dataSource"), source => $" to {source}")),
        [AuditActions.PolicyDetached] = new(
            "Policy detached", f => "detached the policy {0}" + If(f.Text("dataSource"), source => $" from {source}")),
        [AuditActions.PolicyPaused] = new(
            "Policy paused",
            f => "paused the policy {0}" + If(f.Text("dataSource"), source => $" for {source}")
                + If(f.Text("why"), why => $", because: {why}")),
        [AuditActions.PolicyResumed] = new(
            "Policy resumed", f => "resumed the policy {0}" + If(f.Text("dataSource"), source => $" for {source}")),
    };

    private static Dictionary<string, AuditWord> OfPlaces => new()
    {
        [AuditActions.DestinationCreated] = new("Destination added", "added the destination {0}"),
        [AuditActions.DestinationUpdated] = new(
            "Destination changed",
            f => f.IsTrue("keysChanged") ? "changed the destination {0} and its keys" : "changed the destination {0}"),
        [AuditActions.DestinationReverified] = new(
            "Destination tested",
            f => f.Text("code") is null or "ok" ? "tested the destination {0}: it works"
                : $"tested the destination {{0}}: {Plain(f.Text("code")!)}"),
        [AuditActions.DestinationLookRequested] = new("Look at a destination asked for", "asked for a look at what lies at {0}"),
        [AuditActions.DestinationDeleted] = new("Destination deleted", "deleted the destination {0} and its keys"),
    };

    // "auth_failed" is "auth failed": a word of ours, and the details have it as it is published.
    private static string Plain(string code) => code.Replace('_', ' ').ToLowerInvariant();

    private static string Span(long seconds) => Ui.Quantity.Duration(TimeSpan.FromSeconds(seconds));
}
