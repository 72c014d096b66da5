using System.Text;

namespace BackupApp.Engines.Mongo;

/// <summary>Reads what of a MongoDB server is to be backed up.</summary>
internal static class MongoSelection
{
    private const int MaxCollections = 500;
    private const int MaxCollectionBytes = 255; // MongoDB's own limit for a namespace.

    public static DumpSelection Read(DumpSelectionInput input, Dictionary<string, string> problems)
    {
        // mongodump leaves out collections of one database only, and takes the oplog of a whole server only: the form shows either.
        if (input.Scope == SourceScope.Server)
            return new DumpSelection { Scope = input.Scope, Oplog = input.Oplog };

        var field = DumpSelectionInput.Key(nameof(DumpSelectionInput.ExcludeCollections));
        var names = DumpSelectionInput.Lines(input.ExcludeCollections);
        if (names.Count > MaxCollections)
            problems[field] = $"At most {MaxCollections} collections can be left out.";
        else if (names.Find(IsNoCollection) is { } bad)
            problems[field] =
                $"\"{DumpSelectionInput.Shorten(bad)}\" cannot be the name of a collection. Write one name per line, without the database.";
        return new DumpSelection { Scope = input.Scope, ExcludeCollections = names };
    }

    private static bool IsNoCollection(string name) =>
        Encoding.UTF8.GetByteCount(name) > MaxCollectionBytes || name.Any(char.IsControl) || name.Contains('$', StringComparison.Ordinal);
}
