using System.Text;
using BackupApp.Engines;

namespace BackupApp.Restores;

/// <summary>How a target is shown: everything of it but the login.</summary>
public static class TargetNames
{
    // What every server takes; PostgreSQL cuts longer names without a word.
    private const int MostBytes = 63;

    /// <summary>As published: <c>postgres://…@host:5432/app</c>.</summary>
    public static string Show(DatabaseConnection target)
    {
        var scheme = target.Engine == Engine.Mongodb ? target.Srv ? "mongodb+srv" : "mongodb" : "postgres";
        return $"{scheme}://…@{string.Join(',', target.Servers)}/{target.Database}";
    }

    /// <summary>A connection string for people to complete.</summary>
    public static string WithoutLogin(string shown, string database) =>
        shown[..(shown.LastIndexOf('/') + 1)].Replace("…@", "", StringComparison.Ordinal) + Uri.EscapeDataString(database);

    /// <summary>Null, or what is wrong with the name of a database that is to be made.</summary>
    public static string? Problem(string? name) => name switch
    {
        null or "" => "Give the name of the database to restore into.",
        _ when Encoding.UTF8.GetByteCount(name) > MostBytes => $"A database's name has at most {MostBytes} bytes.",
        _ when name.Any(char.IsControl) => "A database's name has no control characters.",
        _ => null,
    };

    /// <summary>Beside the original, for the moment that the backup is of: <c>shop_20261126</c>.</summary>
    public static string Beside(string database, DateTimeOffset takenAt)
    {
        var suffix = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"_{takenAt.UtcDateTime:yyyyMMdd}");
        var name = new StringBuilder();
        foreach (var letter in database.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(name.ToString()) + letter.Utf8SequenceLength > MostBytes - suffix.Length)
                break;
            name.Append(letter.ToString());
        }

        return name + suffix;
    }
}
