namespace BackupApp.Inventories.Kept;

/// <summary>The part of an inventory that is kept table by table.</summary>
/// <param name="Inventory">With its tables by schema and name: what is the same is then equal.</param>
public sealed record KeptTables(Inventory Inventory, int OtherTables, long OtherRows, long OtherBytes)
{
    /// <summary>Of more tables, only so many are kept: the largest.</summary>
    public const int Most = 50_000;

    /// <param name="sorted">As <see cref="Sorted"/> makes it.</param>
    public static KeptTables Of(Inventory sorted, int most = Most)
    {
        if (sorted.Tables.Count <= most)
            return new(sorted, 0, 0, 0);
        var largest = sorted.Tables.Index().OrderByDescending(t => t.Item.Bytes).ThenBy(t => t.Index).ToList();
        var others = largest[most..].ConvertAll(t => t.Item);
        var kept = largest[..most].OrderBy(t => t.Index).Select(t => t.Item);
        return new(sorted with { Tables = [.. kept] }, others.Count, others.Sum(t => t.Rows ?? 0), others.Sum(t => t.Bytes));
    }

    /// <summary>With the tables by schema and name, so that the same content is written in the same way.</summary>
    public static Inventory Sorted(Inventory inventory) => inventory with
    {
        Tables = [.. inventory.Tables.OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Name, StringComparer.Ordinal)],
    };
}
