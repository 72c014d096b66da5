namespace BackupApp.Inventories.Changes;

/// <param name="Before">Null for new ones, and for versions that are not known.</param>
public sealed record ExtensionChange(string Name, bool WasThere, bool IsThere, string? Before, string? After);

/// <summary>How many there are of what holds no rows.</summary>
/// <param name="Objects">In words, for example <c>indexes</c>.</param>
public sealed record CountChange(string Objects, int Before, int After);

/// <summary>What changed of all that is no table.</summary>
internal static class ObjectChanges
{
    public static ExtensionChange[] Extensions(Inventory before, Inventory after)
    {
        var old = before.Extensions.DistinctBy(e => e.Name).ToDictionary(e => e.Name, e => e.Version);
        var now = after.Extensions.DistinctBy(e => e.Name).ToDictionary(e => e.Name, e => e.Version);
        return
        [
            .. old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Select(n => new ExtensionChange(
                    n, old.ContainsKey(n), now.ContainsKey(n), old.GetValueOrDefault(n), now.GetValueOrDefault(n)))
                .Where(e => !e.WasThere || !e.IsThere || (e.Before is not null && e.After is not null && e.Before != e.After)),
        ];
    }

    public static CountChange[] Counts(ObjectCounts before, ObjectCounts after) =>
    [
        .. before.Named().Zip(after.Named(), (was, now) => new CountChange(was.Objects.ToLowerInvariant(), was.Count, now.Count))
            .Where(c => c.Before != c.After),
    ];
}
