using System.Globalization;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// The pieces of an archive's head: what it says of itself, and its entries one by one, as PostgreSQL's pg_backup_archiver.c writes them.
/// Versions 1.14 (PostgreSQL 12 to 15), 1.15 (16) and 1.16 (17, 18).
/// </summary>
/// <param name="entries">Is given every entry as soon as it is read.</param>
/// <param name="detail">How much of an entry is wanted.</param>
internal sealed class HeadSteps(Action<ArchiveEntry> entries, EntryDetail detail)
{
    private const int OldestVersion = 14;
    private const int NewestVersion = 16;
    private const int NumberSize = 4;
    private const int MostOffset = 8;
    private const byte CustomFormat = 1;
    private const int MostText = 1024;

    private static readonly string[] Compressions = ["none", "gzip", "lz4", "zstd"];

    private readonly FixedBytes _bytes = new(11);
    private readonly ArchiveInt _number = new();
    private readonly ArchiveText _text = new();
    private EntrySteps? _entries;

    /// <summary>Null until it is read.</summary>
    public ArchiveHeader? Header { get; private set; }

    public IEnumerable<IPiece> All()
    {
        foreach (var piece in Beginning())
            yield return piece;
        _entries = new EntrySteps(Header!, detail);
        for (var i = 0; i < Header!.EntryCount; i++)
        {
            foreach (var piece in _entries.One())
                yield return piece;
            entries(_entries.Entry());
        }
    }

    /// <summary>
    /// The entries once more, without their leading count. pg_dump writes them anew when it believes that it can go back in its output;
    /// where it could not, the copy stands behind the data.
    /// </summary>
    public IEnumerable<IPiece> Repeated()
    {
        for (var i = 0; i < Header!.EntryCount; i++)
        {
            foreach (var piece in _entries!.One())
                yield return piece;
        }
    }

    private IEnumerable<IPiece> Beginning()
    {
        yield return _bytes.Next(11);
        var (version, offsetSize) = Checked(_bytes.Value);

        // Up to 1.14 it is a level, -1 zlib's own choice; then a byte for the algorithm.
        yield return version >= 15 ? _bytes.Next(1) : _number;
        var compression = version >= 15 ? Algorithm(_bytes.Value[0]) : Algorithm(_number.Value == 0 ? 0 : 1);
        var time = new int[7];
        for (var i = 0; i < time.Length; i++)
        {
            yield return _number;
            time[i] = _number.Value;
        }

        var texts = new string?[3];
        for (var i = 0; i < texts.Length; i++)
        {
            yield return _text.Next(MostText);
            texts[i] = _text.ToText(ArchiveEncoding.Utf8);
        }

        yield return _number;
        if (_number.Value < 0)
            throw new DamagedArchiveException("The number of its entries makes no sense.");
        Header = new(version, offsetSize, compression, Created(time), texts[0], texts[1], texts[2], _number.Value);
    }

    private static (int Version, int OffsetSize) Checked(ReadOnlySpan<byte> start)
    {
        if (!start.StartsWith(CustomArchiveReader.Magic))
            throw new UnreadArchiveException("It is not an archive of pg_dump.");
        if (start[5] != 1 || start[6] is < OldestVersion or > NewestVersion || start[7] != 0)
        {
            throw new UnreadArchiveException(string.Create(
                CultureInfo.InvariantCulture,
                $"Its format is {start[5]}.{start[6]}-{start[7]}; known is 1.{OldestVersion} to 1.{NewestVersion} (PostgreSQL 12 to 18)."));
        }

        if (start[8] != NumberSize || start[9] is 0 or > MostOffset)
            throw new UnreadArchiveException("It was made on a machine whose numbers have another size.");
        return start[10] == CustomFormat
            ? (start[6], start[9])
            : throw new UnreadArchiveException("It is not in pg_dump's custom format.");
    }

    private static string Algorithm(int number) => number < Compressions.Length
        ? Compressions[number]
        : throw new UnreadArchiveException("It is compressed in a way that is not known.");

    // In the order of C's struct tm. What is no date makes an archive no worse.
    private static DateTime? Created(int[] tm)
    {
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{tm[5] + 1900L:0000}-{tm[4] + 1L:00}-{tm[3]:00} {tm[2]:00}:{tm[1]:00}:{tm[0]:00}");
        const string form = "yyyy-MM-dd HH:mm:ss";
        return DateTime.TryParseExact(words, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var created) ? created : null;
    }
}
