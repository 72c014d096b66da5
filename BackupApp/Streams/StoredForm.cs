using System.IO.Compression;

namespace BackupApp.Streams;

/// <summary>How what a tool wrote is compressed on its way to a destination; exactly these words, in lower case, in the database.</summary>
public enum StoredCompression
{
    /// <summary>It is stored as the tool wrote it.</summary>
    None,
    Gzip,
}

/// <summary>
/// What was made of a tool's output before it was stored, and so what has to be undone before another tool can
/// read it. It is kept with what is stored: names of objects and files show it to people, and are never asked.
/// </summary>
public sealed record StoredForm
{
    private const string GzipEnding = ".gz";

    public static readonly StoredForm AsWritten = new();

    public StoredCompression Compression { get; private init; }

    /// <summary>gzip's level, 0 (blocks that are only framed) to 9; null without gzip, and where nobody recorded it.</summary>
    public int? CompressionLevel { get; private init; }

    public bool IsGzip => Compression == StoredCompression.Gzip;

    /// <summary>Of the object. Never with a Content-Encoding, so that a browser keeps what it downloads as it is.</summary>
    public string ContentType => IsGzip ? "application/gzip" : "application/octet-stream";

    /// <param name="level">0 to 9; null does not compress at all.</param>
    public static StoredForm Of(int? level) =>
        level is null ? AsWritten : new StoredForm { Compression = StoredCompression.Gzip, CompressionLevel = level };

    /// <summary>The ending of a name, for example <c>.dump.gz</c>.</summary>
    /// <param name="extension">Of what the tool wrote, for example <c>.dump</c>.</param>
    public string Extension(string extension) => IsGzip ? extension + GzipEnding : extension;

    /// <summary>What the tool wrote, from what is stored. The stream that is given ends with the one that is returned.</summary>
    public Stream Read(Stream stored) => IsGzip ? new GZipStream(stored, CompressionMode.Decompress) : stored;
}
