using BackupApp.Engines.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// An archive in PostgreSQL's custom format: its head, then blocks of data, each with the number of the entry it belongs to, as
/// PostgreSQL's pg_backup_custom.c writes them.
/// </summary>
internal sealed class CustomArchiveReader : ArchiveReader
{
    private const byte RowsBlock = 1;
    private const byte LargeObjectsBlock = 3;
    private const string UsualSchema = "public";

    private readonly ArchiveContents _contents = new();
    private readonly DataEntries _entries = new();
    private readonly HeadSteps _head;
    private readonly FixedBytes _type = new(4);
    private readonly ArchiveInt _number = new();
    private readonly DataChunks _data = new();
    private long _largeObjects;
    private long _largeObjectBytes;
    private string? _rowsNotRead;
    private string _place = "in the list of contents";

    /// <summary>What such an archive begins with.</summary>
    public static ReadOnlySpan<byte> Magic => "PGDMP"u8;

    public CustomArchiveReader() =>
        _head = new HeadSteps(Add, new EntryDetail((kind, _) => ArchiveContents.Definition(kind), Dependencies: false));

    protected override string Place => _place;

    protected override IEnumerable<IPiece> Steps()
    {
        foreach (var piece in _head.All())
            yield return piece;
        while (true)
        {
            _place = "between two blocks of data";
            MayEnd = true;
            yield return _type.Next(1);
            MayEnd = false;
            var type = _type.Value[0];
            foreach (var piece in type == 0 ? SecondList() : Block(type))
                yield return piece;
        }
    }

    protected override string? Missing() => _entries.Missing is { } name ? $"The {name} never came." : null;

    protected override Inventory? Inventory()
    {
        if (_head.Header is not { } header)
            return null;
        var version = $"1.{header.Version}";
        var facts = new ArchiveFacts("PostgreSQL custom format", version, header.ToolVersion, header.ServerVersion, header.Compression);
        var largeObjects = new LargeObjects(_largeObjects, header.IsCompressed ? null : _largeObjectBytes);
        return _contents.ToInventory(facts, header.Database, largeObjects, _rowsNotRead);
    }

    private void Add(ArchiveEntry entry)
    {
        var table = _contents.Add(entry);
        if (entry.HasData)
            _entries.Add(entry.DumpId, table);
    }

    private IEnumerable<IPiece> Block(byte type)
    {
        if (type is not (RowsBlock or LargeObjectsBlock))
            throw new DamagedArchiveException("A block of data makes no sense.");
        yield return _number;
        var table = _entries.Begin(_number.Value);
        foreach (var piece in type == RowsBlock ? Rows(table) : LargeObjectsOf())
            yield return piece;
        _entries.End();
    }

    private IEnumerable<IPiece> Rows(TableFigures? table)
    {
        var counts = table is { IsCopied: true } && !_head.Header!.IsCompressed;
        if (table is not null)
        {
            var name = table.Schema == UsualSchema ? table.Name : $"{table.Schema}.{table.Name}";
            _place = $"in the rows of {table.Schema}.{table.Name}";
            Progress = new(name, _entries.TablesBegun, _entries.Tables);
        }

        yield return _data.Next(counts);
        if (table is null)
            yield break;
        table.Rows = counts ? _data.Rows : null;
        table.Bytes = _data.RowBytes ?? _data.Bytes;
        if (table.Rows is null)
            _rowsNotRead ??= UncountedRows.Why(_head.Header!, table);
    }

    private IEnumerable<IPiece> LargeObjectsOf()
    {
        _place = "in the large objects";
        yield return _number;
        while (_number.Value != 0)
        {
            yield return _data.Next(counts: false);
            _largeObjects++;
            _largeObjectBytes += _data.Bytes;
            yield return _number;
        }
    }

    // The list's count begins with the byte that was taken for a block's type.
    private IEnumerable<IPiece> SecondList()
    {
        _place = "in the second list of contents";
        yield return _type.Next(4);
        if (BitConverter.ToInt32(_type.Value) != _head.Header!.EntryCount)
            throw new DamagedArchiveException("A block of data makes no sense.");
        foreach (var piece in _head.Repeated())
            yield return piece;
        _place = "after the second list of contents";
        MayEnd = true;
        yield return new NothingMore();
    }
}
