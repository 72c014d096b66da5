using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Restores;

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

    /// <summary>Tables as people list them, a line each; without a schema they are in <c>public</c>.</summary>
    public static IReadOnlyList<PickedTable> ReadTables(string? lines) =>
    [
        .. (lines ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('.', 2) is [var schema, var name] ? new PickedTable(schema, name) : new PickedTable("public", line)),
    ];

    /// <summary>
    /// Collections as people list them, a line each, with or without their database before them; a point may be part of a name.
    /// </summary>
    public static IReadOnlyList<PickedTable> ReadCollections(string? lines, string database) =>
    [
        .. (lines ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.StartsWith($"{database}.", StringComparison.Ordinal) ? line[(database.Length + 1)..] : line)
            .Where(name => name.Length > 0)
            .Select(name => new PickedTable(database, name)),
    ];

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
