using System.Buffers.Text;
using System.Text;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>The pieces of one entry in their order.</summary>
internal sealed class EntrySteps(ArchiveHeader header, EntryDetail detail)
{
    private const int RelationKindSince = 16;
    private const byte HasNoPosition = 3;

    // A name has at most 63 bytes; a function's, with its 100 arguments, some thousands. What is longer is cut.
    private const int MostName = 64 * 1024;
    private const int MostNumber = 16;
    private const int MostDependencies = 1_000_000;

    private readonly FixedBytes _position = new(1 + header.OffsetSize);
    private readonly ArchiveInt _number = new();
    private readonly ArchiveText _text = new();
    private readonly List<int> _dependencies = [];

    // Of the texts; an entry at the head of the list says it.
    private Encoding _encoding = ArchiveEncoding.Utf8;

    private int _dumpId;
    private bool _hasData;
    private uint _tableOid;
    private uint _oid;
    private string? _tag;
    private string _kind = "";
    private ArchiveSection _section;
    private string? _definition;
    private bool _isCopied;
    private string? _schema;
    private string? _tablespace;
    private string? _owner;
    private int _relation;

    public IEnumerable<IPiece> One()
    {
        foreach (var piece in Identity())
            yield return piece;
        foreach (var piece in Sql())
            yield return piece;
        foreach (var piece in Belongings())
            yield return piece;
        foreach (var piece in Needs())
            yield return piece;
    }

    /// <summary>The one whose pieces were all read.</summary>
    public ArchiveEntry Entry() => new()
    {
        DumpId = _dumpId,
        HasData = _hasData,
        TableOid = _tableOid,
        Oid = _oid,
        Tag = _tag ?? "",
        Kind = _kind,
        Section = _section,
        Definition = _definition,
        IsCopied = _isCopied,
        Schema = _schema,
        Tablespace = _tablespace,
        Owner = _owner,
        RelationKind = _relation is > 0 and < 128 ? (char)_relation : null,
        Dependencies = _dependencies.Count > 0 ? [.. _dependencies] : [],
    };

    private IEnumerable<IPiece> Identity()
    {
        yield return _number;
        _dumpId = Sane(_number.Value, _number.Value > 0);
        yield return _number;
        _hasData = Sane(_number.Value, _number.Value is 0 or 1) == 1;
        yield return _text.Next(MostNumber);
        _tableOid = Oid();
        yield return _text.Next(MostNumber);
        _oid = Oid();
        yield return _text.Next(MostName);
        _tag = Text();
        yield return _text.Next(MostName);
        _kind = Text() ?? "";
        yield return _number;
        _section = (ArchiveSection)Sane(_number.Value, _number.Value is >= (int)ArchiveSection.None and <= (int)ArchiveSection.PostData);
    }

    private IEnumerable<IPiece> Sql()
    {
        yield return _text.Next(_kind == ArchiveEncoding.Entry ? MostName : detail.Definition(_kind, _tag));
        _definition = Text();
        if (_kind == ArchiveEncoding.Entry)
            _encoding = ArchiveEncoding.Of(_definition);
        yield return _text.Next(0); // What removes it.
        yield return _text.Next(0); // How its rows are read.
        _isCopied = !_text.IsNull;
    }

    private IEnumerable<IPiece> Belongings()
    {
        yield return _text.Next(MostName);
        _schema = Text();
        yield return _text.Next(MostName);
        _tablespace = Text();
        yield return _text.Next(0); // The table's access method.
        if (header.Version >= RelationKindSince)
        {
            yield return _number;
            _relation = _number.Value;
        }

        yield return _text.Next(MostName);
        _owner = Text();
        yield return _text.Next(0); // Whether its rows have object ids, as none has since PostgreSQL 12.
    }

    private IEnumerable<IPiece> Needs()
    {
        _dependencies.Clear();
        yield return _text.Next(MostNumber);
        while (!_text.IsNull)
        {
            AddDependency();
            yield return _text.Next(MostNumber);
        }

        yield return _position.Next(1 + header.OffsetSize);
        Sane(_position.Value[0], _position.Value[0] is > 0 and <= HasNoPosition);
    }

    private void AddDependency()
    {
        var isNumber = Utf8Parser.TryParse(_text.Kept, out int id, out var length) && length == _text.Kept.Length;
        Sane(id, isNumber);
        if (!detail.Dependencies)
            return;
        if (_dependencies.Count == MostDependencies)
            throw new UnreadArchiveException("An entry depends on too many others.");
        _dependencies.Add(id);
    }

    private uint Oid()
    {
        var isNumber = Utf8Parser.TryParse(_text.Kept, out uint oid, out var length) && length == _text.Kept.Length;
        Sane(0, isNumber);
        return oid;
    }

    // An empty text is none, as for pg_restore.
    private string? Text() => _text.ToText(_encoding) is { Length: > 0 } text ? text : null;

    private static int Sane(int value, bool isSane) =>
        isSane ? value : throw new DamagedArchiveException("An entry of its list of contents makes no sense.");
}
