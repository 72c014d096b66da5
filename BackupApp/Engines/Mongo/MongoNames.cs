using System.Buffers;
using System.Text;

namespace BackupApp.Engines.Mongo;

/// <summary>What MongoDB allows in names.</summary>
internal static class MongoNames
{
    private const int MaxDatabaseBytes = 63;

    private static readonly SearchValues<char> NotInDatabases = SearchValues.Create("/\\. \"$\0");

    /// <summary>Null for a possible database name, else a sentence.</summary>
    public static string? DatabaseProblem(string name) =>
        name.Length == 0 ? "Give the name of the database."
        : Encoding.UTF8.GetByteCount(name) > MaxDatabaseBytes || name.AsSpan().ContainsAny(NotInDatabases) || name.Any(char.IsControl)
            ? $"A database name has at most {MaxDatabaseBytes} bytes and none of / \\ . \" $ or a space."
            : null;
}
