using BackupApp.Data;
using BackupApp.Inventories.Kept;

namespace BackupApp.Backups;

/// <summary>What a manifest says of the contents of its object.</summary>
/// <param name="Read">False: see <paramref name="NotRead"/>, and nothing else is there.</param>
/// <param name="NotRead">Why, as a sentence.</param>
/// <param name="Rows">As of the dump's snapshot, over all tables.</param>
/// <param name="LargestTables">By bytes.</param>
/// <param name="InventorySha256">Of the full inventory's JSON, which lies beside the object.</param>
public sealed record ManifestContents(
    bool Read,
    string? NotRead = null,
    int? Tables = null,
    long? Rows = null,
    long? Bytes = null,
    long? LargeObjects = null,
    long? LargeObjectBytes = null,
    IReadOnlyList<ManifestTable>? LargestTables = null,
    string? InventorySha256 = null)
{
    private const int MostTables = 200;

    private const string Unknown = "It was not recorded what is in it.";

    public static ManifestContents Of(KeptContents? contents)
    {
        if (contents is not { Row: { NotRead: null } row })
            return new(false, contents?.Row.NotRead ?? Unknown);
        var largest = (contents.Inventory?.Tables ?? []).OrderByDescending(t => t.Bytes).Take(MostTables);
        return new(
            true,
            null,
            row.Tables,
            row.Rows,
            row.Bytes,
            row.LargeObjects,
            row.LargeObjectBytes,
            [.. largest.Select(t => new ManifestTable(t.Schema, t.Name, t.Kind.ToSnakeCase(), t.Rows, t.Bytes))],
            Convert.ToHexStringLower(row.Hash ?? []));
    }
}

/// <param name="Rows">Null where they were not counted.</param>
public sealed record ManifestTable(string Schema, string Name, string Kind, long? Rows, long Bytes);
