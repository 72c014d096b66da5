using BackupApp.Engines.Mongo.Archives;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Inventories;

namespace BackupApp.Engines.Archives;

/// <summary>Which reader an archive needs.</summary>
public static class ArchiveReaders
{
    /// <summary>How many of an archive's first bytes <see cref="Recognize"/> wants to see, if there are so many.</summary>
    public const int BeginningLength = 64;

    /// <summary>For what this engine's tool writes of such a thing.</summary>
    public static IArchiveReader For(Engine engine, ArtifactKind kind) => (engine, kind) switch
    {
        (Engine.Postgres, ArtifactKind.Globals) => new GlobalsReader(),
        (Engine.Postgres, _) => new CustomArchiveReader(),
        (Engine.Mongodb, _) => new MongoArchiveReader(),
        _ => throw new ArgumentOutOfRangeException(nameof(engine), engine, null),
    };

    /// <summary>For a file that says itself what it is; null where it is none that is known.</summary>
    /// <param name="beginning">Its first bytes, decompressed.</param>
    public static IArchiveReader? Recognize(ReadOnlySpan<byte> beginning)
    {
        if (Begins(beginning, CustomArchiveReader.Magic))
            return new CustomArchiveReader();
        if (Begins(beginning, MongoArchiveReader.Magic))
            return new MongoArchiveReader();
        return Begins(beginning, GlobalsReader.Beginning) ? new GlobalsReader() : null;
    }

    // One that is cut so early is still what it was going to be.
    private static bool Begins(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic) =>
        bytes.Length > 0 && magic.StartsWith(bytes[..Math.Min(bytes.Length, magic.Length)]);
}
