namespace BackupApp.Policies;

/// <summary>The IANA time zones that this machine knows.</summary>
public static class TimeZones
{
    public const string Default = "UTC";

    // Copies of the database in other shapes, and names that mean something else on every machine.
    private static readonly string[] NotZones = ["posix/", "right/", "posixrules", "localtime", "Factory"];

    /// <summary>What to offer, by name. Older names (<c>US/Eastern</c>) are understood as well.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => Find(id) is not null).Order(StringComparer.Ordinal)];

    /// <summary>The zone of that name, whatever its capitals, or null when there is none.</summary>
    public static TimeZoneInfo? Find(string? name)
    {
        var id = name?.Trim() ?? "";
        if (id.Length == 0 || NotZones.Any(prefix => id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            return null;
        return TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId ? zone : null;
    }
}
