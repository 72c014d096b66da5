namespace BackupApp.Policies;

/// <summary>The IANA time zones that this machine knows.</summary>
public static class TimeZones
{
    public const string Default = "UTC";

    private const string AliasesName = "zone-aliases.txt";

    // Copies of the database in other shapes, and names that mean something else on every machine.
    private static readonly string[] NotZones = ["posix/", "right/", "posixrules", "localtime", "Factory"];

    // Older names, which distributions have begun to leave out (tzdata-legacy).
    private static readonly Dictionary<string, string> Aliases = ReadAliases();

    /// <summary>What to offer, by name. Older names (<c>US/Eastern</c>) are understood as well.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(id => Find(id) is not null).Order(StringComparer.Ordinal)];

    /// <summary>
    /// The zone of that name, whatever its capitals, or null when there is none. Of an older name
    /// that the machine lacks it is the zone by its name of today.
    /// </summary>
    public static TimeZoneInfo? Find(string? name) =>
        Find(name, id => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) && zone.HasIanaId ? zone : null);

    /// <param name="system">What the machine knows.</param>
    internal static TimeZoneInfo? Find(string? name, Func<string, TimeZoneInfo?> system)
    {
        var id = name?.Trim() ?? "";
        if (id.Length == 0 || NotZones.Any(prefix => id.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            return null;
        return system(id) ?? (Aliases.TryGetValue(id, out var today) ? system(today) : null);
    }

    private static Dictionary<string, string> ReadAliases()
    {
        using var stream = typeof(TimeZones).Assembly.GetManifestResourceStream(AliasesName);
        using var text = new StreamReader(stream ?? throw new InvalidOperationException($"{AliasesName} is not built in."));
        return text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')
            .Select(line => line.Split(' ')).ToDictionary(names => names[0], names => names[1], StringComparer.OrdinalIgnoreCase);
    }
}
