using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// The names of databases that a restore makes or keeps. PostgreSQL cuts names at 63 bytes without a word, so that two of them
/// could become one: here
/// the beginning is cut, at a character, and the end that tells them apart stays whole.
/// </summary>
internal static partial class RestoreNames
{
    public const int MostBytes = 63;

    private const int IdLength = 12;

    /// <summary>Of the half-made one. A random part of the job's id is in it: nobody else has a database of this name.</summary>
    public static string Restoring(string database, Guid id) => Fit(database, $"_restoring_{id.ToString("N")[^IdLength..]}");

    /// <summary>Of the one that a restored database has taken the place of.</summary>
    public static string Before(string database, DateTimeOffset time) => Fit(database, $"_before_{Dated(time)}");

    /// <summary>Of the restored one when somebody wants the old one back.</summary>
    public static string Undone(string database, DateTimeOffset time) => Fit(database, $"_undone_{Dated(time)}");

    /// <summary>Whether a name is one of these: such databases are no part of a whole server's backup.</summary>
    public static bool IsOurs(string database) => Ours().IsMatch(database);

    public static bool IsRestoring(string database) => Half().IsMatch(database);

    private static string Dated(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd_HHmmss", CultureInfo.InvariantCulture);

    /// <summary>The name with this end, cut at a character before it where that is too long.</summary>
    public static string Fit(string name, string suffix)
    {
        var room = MostBytes - suffix.Length;
        var kept = new StringBuilder();
        foreach (var character in name.EnumerateRunes())
        {
            room -= character.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(character.ToString());
        }

        return kept.Append(suffix).ToString();
    }

    [GeneratedRegex("_(restoring_[0-9a-f]{12}|(before|undone)_[0-9]{8}_[0-9]{6})\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Ours();

    [GeneratedRegex("_restoring_[0-9a-f]{12}\\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Half();
}
