using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Engines;

namespace BackupApp.Backups;

/// <summary>Names of stored objects: readable in a bucket browser, safe in every store, shell and file system.</summary>
public static class ObjectNames
{
    private const string Gzip = ".gz";

    private const int LongestSlug = 60;
    private const int HashLetters = 8;

    /// <summary><c>source/database/20261123T021500Z_jobid.dump.gz</c>; the destination's prefix comes before it.</summary>
    public static string Key(string source, string database, DateTimeOffset startedAt, Guid jobId, string extension) =>
        $"{Slug(source)}/{Slug(database)}/{Stamp(startedAt)}_{jobId:N}{extension}";

    /// <summary>
    /// A key for each target of one job. Names that look alike in a key, such as <c>Shop</c> and <c>shop</c>, are told apart by a part of their hash, which is the
    /// same in every run.
    /// </summary>
    public static IReadOnlyList<string> Keys(string source, IReadOnlyList<DumpTarget> targets, DateTimeOffset startedAt, Guid jobId, Func<ArtifactKind, string> extension)
    {
        var alike = targets.GroupBy(t => (t.Kind, Slug(t.Database))).Where(g => g.Count() > 1).SelectMany(g => g).ToHashSet();
        return [.. targets.Select(t => Key(source, alike.Contains(t) ? Distinct(t.Database) : t.Database, startedAt, jobId, extension(t.Kind)))];
    }

    /// <summary>The name that a downloaded file gets: <c>source_database_20261123T021500Z.dump.gz</c>.</summary>
    /// <param name="key">As <see cref="Key"/> made it.</param>
    public static string FileName(string key)
    {
        var parts = key.Split('/');
        var (stamp, rest) = (parts[^1].Split('_')[0], parts[^1][(parts[^1].IndexOf('_', StringComparison.Ordinal) + 1)..]);
        return $"{parts[^3]}_{parts[^2]}_{stamp}{rest[rest.IndexOf('.', StringComparison.Ordinal)..]}";
    }

    private static string Distinct(string database)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..HashLetters];
        var slug = Slug(database);
        return $"{slug[..Math.Min(slug.Length, LongestSlug - HashLetters - 1)]}-{hash}";
    }

    /// <summary>The ending of an object's name, which alone says whether it is compressed.</summary>
    /// <param name="extension">The tool's, for example <c>.dump.gz</c>.</param>
    public static string Extension(string extension, bool compressed) => compressed || !IsCompressed(extension) ? extension : extension[..^Gzip.Length];

    /// <summary>The ending of a stored object's name, for example <c>.dump.gz</c>; what stands before it holds no dot.</summary>
    public static string ExtensionOf(string key)
    {
        var file = key[(key.LastIndexOf('/') + 1)..];
        return file[file.IndexOf('.', StringComparison.Ordinal)..];
    }

    public static bool IsCompressed(string key) => key.EndsWith(Gzip, StringComparison.Ordinal);

    /// <summary>Never with a Content-Encoding, so that a browser keeps a .gz as it is.</summary>
    public static string ContentType(string key) => IsCompressed(key) ? "application/gzip" : "application/octet-stream";

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>ASCII letters, digits, '.', '_' and '-'; accents are dropped, the rest becomes '-'. Never empty, never starts with a dot.</summary>
    public static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.')
                slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
            if (slug.Length == LongestSlug)
                break;
        }

        var text = slug.ToString().Trim('-', '.');
        return text.Length == 0 ? "unnamed" : text;
    }
}
