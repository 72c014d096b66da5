using System.Globalization;
using BackupApp.Engines.Postgres.Archives;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What of the target decides which entries of an archive are restored.</summary>
/// <param name="IsSuperuser">Of the login.</param>
/// <param name="Roles">Those of the entries' roles that the server has.</param>
/// <param name="Schemas">That the new database has before anything is restored.</param>
internal sealed record PlanFacts(bool IsSuperuser, TargetRoles Roles, IReadOnlySet<string> Schemas);

/// <summary>Which entries of an archive are restored, and what has to be said of those that are not.</summary>
/// <param name="KeepsOwners">Whether objects get their owners; else all belong to the login.</param>
internal sealed record RestorePlan(IReadOnlyList<ArchiveEntry> Entries, IReadOnlyList<string> Notes, bool KeepsOwners)
{
    private const int MostNamed = 10;
    private const string Mapping = "USER MAPPING ";

    /// <summary>The tables whose rows are restored.</summary>
    public int Tables => Entries.Count(e => e.Kind == "TABLE DATA");

    /// <summary>For <c>pg_restore --use-list</c>, which reads no more of a line than its number.</summary>
    public string ToList() => string.Concat(Entries.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.DumpId};\n")));

    /// <summary>Whoever owns something, or is named in a grant, a policy or a user mapping.</summary>
    public static IReadOnlyCollection<string> RolesOf(IReadOnlyList<ArchiveEntry> entries) =>
        entries.SelectMany(Grantees).Concat(entries.Select(e => e.Owner).OfType<string>()).ToHashSet();

    /// <param name="entries">In the archive's order.</param>
    public static RestorePlan Of(IReadOnlyList<ArchiveEntry> entries, PlanFacts facts)
    {
        var notes = new List<string>();
        var left = new HashSet<int>();
        LeaveOut(entries, left, e => e.Kind == "SUBSCRIPTION", notes, names =>
            $"Subscriptions are left out, since they would reach out to other servers at once: {names}. Make them anew where they are "
                + "wanted.");
        LeaveOut(entries, left, e => IsMade(e, facts), notes, null);
        LeaveOut(entries, left, e => e.Kind == "COMMENT" && IsOfExtension(e) && !facts.IsSuperuser, notes, null);
        var missing = entries.SelectMany(Grantees).Where(r => !facts.Roles.All.Contains(r)).Distinct().Order(StringComparer.Ordinal)
            .ToList();
        LeaveOut(entries, left, e => Grantees(e).Any(missing.Contains), notes, names =>
            $"Left out, because they name roles that this server lacks ({Named(missing)}): {names}.");
        var owners = Owners(entries).Where(o => !facts.Roles.Owners.Contains(o)).Order(StringComparer.Ordinal).ToList();
        if (owners.Count > 0)
            notes.Add(OwnersNote(owners, facts));
        return new([.. entries.Where(e => !left.Contains(e.DumpId))], notes, owners.Count == 0);
    }

    // What belongs to something that is left out, such as its comment, goes with it.
    private static void LeaveOut(
        IReadOnlyList<ArchiveEntry> entries, HashSet<int> left, Func<ArchiveEntry, bool> isOut, List<string> notes, Func<string,
            string>? note)
    {
        var now = entries.Where(e => !left.Contains(e.DumpId) && isOut(e)).ToList();
        left.UnionWith(now.Select(e => e.DumpId));
        if (note is not null && now.Count > 0)
            notes.Add(note(Named([.. now.Select(Name)])));
        if (now.Exists(e => e.Kind == "SUBSCRIPTION"))
            left.UnionWith(
                entries.Where(e => e.Kind is "COMMENT" or "SECURITY LABEL" && e.Dependencies.Any(left.Contains)).Select(e => e.DumpId));
    }

    // Every new database has the schema public; pg_dump makes an entry for it when somebody named it, or it has another owner.
    private static bool IsMade(ArchiveEntry entry, PlanFacts facts) =>
        entry.Kind == "SCHEMA" && facts.Schemas.Contains(entry.Tag)
        && entry.Definition?.TrimStart().StartsWith("CREATE ", StringComparison.Ordinal) == true;

    private static bool IsOfExtension(ArchiveEntry entry) => entry.Tag.StartsWith("EXTENSION ", StringComparison.Ordinal);

    private static IEnumerable<string> Grantees(ArchiveEntry entry) =>
        entry.Kind == "USER MAPPING" ? MappedRole(entry.Tag)
        : entry.Kind is "ACL" or "DEFAULT ACL" or "POLICY" && entry.Definition is { } sql ? NamedRoles.In(sql) : [];

    // USER MAPPING bob SERVER other; its definition has a password. That of everybody is called public.
    private static string[] MappedRole(string tag) =>
        tag.StartsWith(Mapping, StringComparison.Ordinal) && tag.LastIndexOf(" SERVER ", StringComparison.Ordinal) is var end
        && end > Mapping.Length && tag[Mapping.Length..end] is not "public" and var role ? [role] : [];

    // The database's own owner is dealt with apart; what has none belongs to whoever makes it.
    private static HashSet<string> Owners(IReadOnlyList<ArchiveEntry> entries) =>
        [.. entries.Where(e => !e.Kind.StartsWith("DATABASE", StringComparison.Ordinal)).Select(e => e.Owner).OfType<string>()];

    private static string OwnersNote(List<string> owners, PlanFacts facts)
    {
        var missing = owners.Where(o => !facts.Roles.All.Contains(o)).ToList();
        var why = missing.Count > 0 ? $"this server lacks the roles {Named(missing)}"
            : $"the login may not give objects to {Named(owners)}";
        return $"Owners are not restored, because {why}: everything belongs to the login, functions that run with their owner's "
            + "rights too.";
    }

    // Some tags say themselves what they are: USER MAPPING bob SERVER other.
    private static string Name(ArchiveEntry entry) => entry.Tag.StartsWith($"{entry.Kind} ", StringComparison.Ordinal)
        ? $"{entry.Kind.ToLowerInvariant()}{entry.Tag[entry.Kind.Length..]}"
        : $"{entry.Kind.ToLowerInvariant()} {(entry.Schema is null ? "" : $"{entry.Schema}.")}{entry.Tag}";

    private static string Named(List<string> names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
