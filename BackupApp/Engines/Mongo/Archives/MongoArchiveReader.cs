using BackupApp.Engines.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>
/// An archive of mongodump: what it says of itself, an announcement of each collection, then blocks of documents, those of several
/// collections in turns. A collection's last block has no documents, but their checksum. As mongo-tools' <c>common/archive</c> writes
/// them.
/// </summary>
internal sealed class MongoArchiveReader : ArchiveReader
{
    private const string KnownVersion = "0.1";

    private readonly CollectionTallies _collections = new();
    private readonly FixedBytes _magic = new(4);
    private readonly DocumentPiece _document = new();
    private readonly DocumentsPiece _documents = new();
    private ArchiveFacts? _facts;
    private string _place = "at its beginning";

    /// <summary>What such an archive begins with.</summary>
    public static ReadOnlySpan<byte> Magic => [0x6d, 0xe2, 0x99, 0x81];

    protected override string Place => _place;

    protected override IEnumerable<IPiece> Steps()
    {
        yield return _magic.Next(4);
        if (!_magic.Value.SequenceEqual(Magic))
            throw new UnreadArchiveException("It is not an archive of mongodump.");
        yield return _document.Next();
        _facts = Facts();

        yield return _document.Next();
        while (!_document.IsTerminator)
        {
            _collections.Announce(Announcement.Read(_document.Document));
            yield return _document.Next();
        }

        while (true)
        {
            _place = "between two blocks";
            MayEnd = true;
            yield return _document.Next();
            MayEnd = false;
            yield return Block();
        }
    }

    protected override string? Missing() => _collections.Missing is { } missing ? $"The end of {missing.FullName} never came." : null;

    protected override Inventory? Inventory() => _facts is null ? null : _collections.ToInventory(_facts);

    private ArchiveFacts Facts()
    {
        string? version = null, server = null, tool = null;
        var fields = new BsonFields(Required());
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("version"u8))
                version = fields.AsText;
            else if (fields.Name.SequenceEqual("server_version"u8))
                server = fields.AsText;
            else if (fields.Name.SequenceEqual("tool_version"u8))
                tool = fields.AsText;
        }

        return version == KnownVersion
            ? new("MongoDB archive", version, tool, server)
            : throw new UnreadArchiveException($"Its format is {version ?? "not named"}; known is {KnownVersion}.");
    }

    private DocumentsPiece Block()
    {
        string database = "", name = "";
        var isEnd = false;
        var checksum = 0L;
        var fields = new BsonFields(Required());
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("db"u8))
                database = fields.AsText ?? "";
            else if (fields.Name.SequenceEqual("collection"u8))
                name = fields.AsText ?? "";
            else if (fields.Name.SequenceEqual("EOF"u8))
                isEnd = fields.AsBoolean;
            else if (fields.Name.SequenceEqual("CRC"u8))
                checksum = fields.AsInt64;
        }

        var collection = _collections.Begin(database, name);
        _place = $"in the documents of {collection.FullName}";
        if (!collection.IsView)
            Progress = new(collection.Name, _collections.Begun, _collections.Count);
        if (isEnd)
            End(collection, (ulong)checksum);
        return _documents.Next(isEnd ? null : collection);
    }

    private static void End(CollectionFigures collection, ulong checksum)
    {
        if (collection.Checksum != checksum)
            throw new DamagedArchiveException($"The checksum of {collection.FullName} is not that of its documents.");
        collection.HasEnded = true;
    }

    private ReadOnlySpan<byte> Required() =>
        _document.IsTerminator ? throw new DamagedArchiveException("A block has no beginning.") : _document.Document;
}
