using System.Text;

namespace BackupApp.Engines;

/// <summary>The part of a selection that only MongoDB has.</summary>
public sealed partial class DumpSelectionInput
{
    private const int MaxShown = 100;
    private const int MaxCollections = 500;
    private const int MaxCollectionBytes = 255; // MongoDB's own limit for a namespace.

    public string? ExcludeCollections { get; set; }

    public bool Oplog { get; set; }

    private void ShowMongo(DumpSelection selection) =>
        (ExcludeCollections, Oplog) = (string.Join('\n', selection.ExcludeCollections), selection.Oplog);

    private DumpSelection ReadMongo(Dictionary<string, string> problems)
    {
        if (Scope == SourceScope.Server)
            return new DumpSelection { Scope = Scope, Oplog = Oplog };

        // mongodump leaves out collections of one database only, and takes the oplog of a whole server only: the form shows either.
        var names = (ExcludeCollections ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray();
        if (names.Length > MaxCollections)
            problems["Selection.ExcludeCollections"] = $"At most {MaxCollections} collections can be left out.";
        else if (names.FirstOrDefault(n => Encoding.UTF8.GetByteCount(n) > MaxCollectionBytes || n.Any(char.IsControl) || n.Contains('$', StringComparison.Ordinal)) is { } bad)
            problems["Selection.ExcludeCollections"] = $"\"{bad[..Math.Min(bad.Length, MaxShown)]}\" cannot be the name of a collection. Write one name per line, without the database.";
        return new DumpSelection { Scope = Scope, ExcludeCollections = names };
    }
}
