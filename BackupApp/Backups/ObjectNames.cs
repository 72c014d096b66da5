using System.Globalization;
using System.Text;

namespace BackupApp.Backups;

/// <summary>Names of stored objects: readable in a bucket browser, safe in every store, shell and file system.</summary>
public static class ObjectNames
{
    private const string Gzip = ".gz";

    private const int LongestSlug = 60;

    /// <summary><c>source/database/20261123T021500Z_jobid.dump.gz</c>; the destination's prefix comes before it.</summary>
    public static string Key(string source, string database, DateTimeOffset startedAt, Guid jobId, string extension) =>
        $"{Slug(source)}/{Slug(database)}/{Stamp(startedAt)}_{jobId:N}{extension}";

    /// <summary>The name that a downloaded file gets.</summary>
    public static string FileName(string source, string database, DateTimeOffset startedAt, string extension) =>
        $"{Slug(source)}_{Slug(database)}_{Stamp(startedAt)}{extension}";

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
