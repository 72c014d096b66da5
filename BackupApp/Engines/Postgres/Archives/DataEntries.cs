using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Which entries have data, and whose has come.</summary>
internal sealed class DataEntries
{
    private const int Most = 2_000_000;

    private readonly Dictionary<int, DataEntry> _entries = [];
    private DataEntry? _current;
    private int _ended;

    /// <summary>How many of them are rows of a table.</summary>
    public int Tables { get; private set; }

    public int TablesBegun { get; private set; }

    /// <summary>For people: something that was promised and did not come; null when all did.</summary>
    public string? Missing => _ended == _entries.Count ? null : Name(_entries.Values.First(e => !e.HasEnded).Table);

    /// <param name="table">Null where it is no table's.</param>
    public void Add(int dumpId, TableFigures? table)
    {
        if (_entries.Count == Most)
            throw new UnreadArchiveException("It has more tables than are counted.");
        if (!_entries.TryAdd(dumpId, new DataEntry(table)))
            throw new DamagedArchiveException("Two entries have the same number.");
        Tables += table is null ? 0 : 1;
    }

    /// <returns>The table whose block begins; null where it is no table's.</returns>
    public TableFigures? Begin(int dumpId)
    {
        if (!_entries.TryGetValue(dumpId, out _current))
            throw new DamagedArchiveException("A block of data belongs to no entry.");
        if (_current.HasEnded)
            throw new DamagedArchiveException($"The {Name(_current.Table)} came twice.");
        TablesBegun += _current.Table is null ? 0 : 1;
        return _current.Table;
    }

    public void End()
    {
        _current!.HasEnded = true;
        _ended++;
    }

    private static string Name(TableFigures? table) =>
        table is null ? "block of large objects" : $"block with the rows of {table.Schema}.{table.Name}";

    private sealed class DataEntry(TableFigures? table)
    {
        public TableFigures? Table => table;

        public bool HasEnded { get; set; }
    }
}
