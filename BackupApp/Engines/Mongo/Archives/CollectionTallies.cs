using BackupApp.Engines.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>The collections that an archive announces, and what has come of each.</summary>
internal sealed class CollectionTallies
{
    // Some 400,000 collections.
    private const long MostKept = 128L * 1024 * 1024;
    private const int CollectionSize = 300;

    // A time series' measurements lie in a collection of their own, whose name servers before 8.3 show.
    private const string Buckets = "system.buckets.";

    private readonly Dictionary<(string Database, string Name), CollectionFigures> _byName = [];
    private readonly List<CollectionFigures> _all = [];
    private readonly SortedSet<string> _databases = new(StringComparer.Ordinal);
    private long _kept;
    private int _indexes;

    /// <summary>Without views. Asked for at every block.</summary>
    public int Count { get; private set; }

    public int Begun { get; private set; }

    public CollectionFigures? Missing => _all.Find(c => !c.HasEnded && !c.IsView);

    /// <summary>Takes one of the announcements at the archive's beginning.</summary>
    public void Announce(Announcement announced)
    {
        _indexes += announced.Metadata.Indexes;
        if (announced.Database.Length > 0)
            _databases.Add(announced.Database);
        var collection = Add(announced.Database, announced.Collection, Kind(announced));
        if (announced.Type == "view")
        {
            collection.IsView = true;
            Count--;
        }

        collection.Definition = announced.Metadata.Definition;
    }

    /// <returns>The collection whose block begins, announced or not.</returns>
    public CollectionFigures Begin(string database, string name)
    {
        var collection = Find(database, name) ?? Add(database, name, TableKind.Collection);
        if (collection.HasEnded)
            throw new DamagedArchiveException($"There is more of {collection.FullName} after its end.");
        Begun += collection.HasBegun || collection.IsView ? 0 : 1;
        collection.HasBegun = true;
        return collection;
    }

    public Inventory ToInventory(ArchiveFacts facts) => new()
    {
        Archive = facts,
        Tables = [.. _all.Where(c => !c.IsView).Select(c => c.ToTable())],
        Objects = new ObjectCounts { Views = _all.Count(c => c.IsView), Indexes = _indexes },
        Schemas = [.. _databases],
    };

    private CollectionFigures? Find(string database, string name)
    {
        if (_byName.TryGetValue((database, name), out var known))
            return known;
        return name.StartsWith(Buckets, StringComparison.Ordinal) ? _byName.GetValueOrDefault((database, name[Buckets.Length..])) : null;
    }

    private CollectionFigures Add(string database, string name, TableKind kind)
    {
        _kept += CollectionSize + (sizeof(char) * (database.Length + name.Length));
        if (_kept > MostKept)
            throw new UnreadArchiveException("It has more collections than are counted.");
        var collection = new CollectionFigures(database, name, kind);
        if (!_byName.TryAdd((database, name), collection))
            throw new DamagedArchiveException($"{collection.FullName} is announced twice.");
        _all.Add(collection);
        Count++;
        return collection;
    }

    private static TableKind Kind(Announcement announced)
    {
        if (announced.Database.Length == 0)
            return TableKind.Oplog;
        return announced.Type == "timeseries" ? TableKind.TimeSeries : TableKind.Collection;
    }
}
