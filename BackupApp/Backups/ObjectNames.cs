using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Engines;

namespace BackupApp.Backups;

/// <summary>Names of stored objects: readable in a bucket browser, safe in every store, shell and file system.</summary>
public static class ObjectNames
{
    private const string Script = ".restore.sh";

    private const int LongestSlug = 60;
    private const int HashLetters = 8;

    /// <summary><c>source/database/20261123T021500Z_jobid.dump.gz</c>; the destination's prefix comes before it.</summary>
    public static string Key(string source, string database, DateTimeOffset startedAt, Guid jobId, string extension) =>
        $"{Slug(source)}/{Slug(database)}/{Stamp(startedAt)}_{jobId:N}{extension}";

    /// <summary>
    /// A key for each target of one job. Names that look alike in a key, such as <c>Shop</c> and <c>shop</c>, are told
    /// apart by a part of their hash, which is the same in every run. Of several, the last part of the key says which one
    /// it is, since people put all of them into one folder: <c>source/shop/20261123T021500Z_jobid_03_shop.dump.gz</c>.
    /// </summary>
    public static IReadOnlyList<string> Keys(
        string source,
        IReadOnlyList<DumpTarget> targets,
        DateTimeOffset startedAt,
        Guid jobId,
        Func<ArtifactKind, string> extension)
    {
        var alike = targets.GroupBy(t => (t.Kind, Slug(t.Database))).Where(g => g.Count() > 1).SelectMany(g => g).ToHashSet();
        if (targets is [var only])
            return [Key(source, only.Database, startedAt, jobId, extension(only.Kind))];
        // All as wide as the last, so that the order of the names is the order in which to restore.
        var width = Math.Max(2, (targets.Count - 1).ToString(CultureInfo.InvariantCulture).Length);
        return
        [
            .. targets.Select((t, n) =>
            {
                var folder = Slug(alike.Contains(t) ? Distinct(t.Database) : t.Database);
                var position = n.ToString($"D{width}", CultureInfo.InvariantCulture);
                return $"{Slug(source)}/{folder}/{Stamp(startedAt)}_{jobId:N}_{position}_{folder.Replace('.', '-')}{extension(t.Kind)}";
            }),
        ];
    }

    /// <summary>
    /// The name that a downloaded file gets: <c>source_database_20261123T021500Z.dump.gz</c>, of
    /// several <c>source_03_database_20261123T021500Z.dump.gz</c>.
    /// </summary>
    /// <param name="key">As <see cref="Key"/> or <see cref="Keys"/> made it.</param>
    public static string FileName(string key)
    {
        var parts = key.Split('/');
        // Stamp, job, and of several the position and the database once more.
        var words = parts[^1][..^ExtensionOf(key).Length].Split('_', 4);
        var position = words.Length > 2 ? $"{words[2]}_" : "";
        return $"{parts[^3]}_{position}{parts[^2]}_{words[0]}{ExtensionOf(key)}";
    }

    /// <summary>
    /// Where the script that restores all of a run lies: beside the folders of its databases,
    /// <c>source/20261123T021500Z_jobid.restore.sh</c>.
    /// </summary>
    /// <param name="key">Of any artifact of the run.</param>
    public static string ScriptKey(string key)
    {
        var parts = key.Split('/');
        return $"{parts[^3]}/{string.Join('_', parts[^1].Split('_', '.').Take(2))}{Script}";
    }

    /// <summary>The name that the downloaded script gets.</summary>
    /// <param name="key">Of any artifact of the run.</param>
    public static string ScriptFileName(string key)
    {
        var parts = key.Split('/');
        return $"{parts[^3]}_{parts[^1].Split('_')[0]}{Script}";
    }

    private static string Distinct(string database)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(database)))[..HashLetters];
        var slug = Slug(database);
        return $"{slug[..Math.Min(slug.Length, LongestSlug - HashLetters - 1)]}-{hash}";
    }

    /// <summary>The ending of a stored object's name, for example <c>.dump.gz</c>; what stands before it holds no dot.</summary>
    private static string ExtensionOf(string key)
    {
        var file = key[(key.LastIndexOf('/') + 1)..];
        return file[file.IndexOf('.', StringComparison.Ordinal)..];
    }

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// ASCII letters, digits, '.', '_' and '-'; accents are dropped, the rest becomes '-'. Never empty, never starts with a dot.
    /// </summary>
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
