using System.Collections.Frozen;

namespace BackupApp.Pages.Audit;

/// <summary>All actions of the audit log in words.</summary>
public static partial class AuditWords
{
    private static readonly FrozenDictionary<string, AuditWord> Words =
        new[] { OfSources, OfPolicies, OfPlaces, OfBackups, OfRestores, OfAlerts, OfPeople }
            .SelectMany(words => words)
            .ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Targets = new Dictionary<string, string>
    {
        ["datasource"] = "Data sources",
        ["policy"] = "Policies",
        ["backup_policy"] = "Policies",
        ["storage_destination"] = "Destinations",
        ["backup_job"] = "Backups",
        ["restore_job"] = "Restores",
        ["incident"] = "Incidents",
        ["uncovered_database"] = "Databases that nobody backs up",
        ["ping"] = "Monitors",
        ["alert_channel"] = "Alert channels",
        ["notification_settings"] = "Notification settings",
        ["notification"] = "Notifications",
        ["key"] = "Master key",
        ["checklist_item"] = "Checklist",
        ["user"] = "Users",
        ["access"] = "Access",
        ["api_token"] = "API tokens",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for an action of a version that is newer than this one.</summary>
    public static AuditWord? Find(string action) => Words.GetValueOrDefault(action);

    /// <summary>The action in words; itself where there are none.</summary>
    public static string Title(string action) => Find(action)?.Title ?? action;

    /// <summary>What it was done to, in the plural; the published word where there is no other.</summary>
    public static string TargetTitle(string type) => Targets.GetValueOrDefault(type, type);

    // " because of x", or nothing.
    private static string If(string? text, Func<string, string> words) => text is null ? "" : words(text);
}
