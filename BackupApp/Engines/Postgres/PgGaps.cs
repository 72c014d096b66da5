using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Asks the catalogue what a dump of one database will not hold though people may expect it: pg_dump
/// is silent about most of it. Each finding is a note that says what is missing and what to do.
/// </summary>
internal static class PgGaps
{
    private const int MaxNamed = 5;

    // On a database of very many objects the notes are not worth a late start.
    private const int Seconds = 10;

    /// <summary>Leaves the session's transaction usable, whatever the server answers.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(
        NpgsqlConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var (sql, note) in Questions(selection))
        {
            await ExecuteAsync(connection, "SAVEPOINT gaps", cancellationToken);
            try
            {
                if (await NamesAsync(connection, new PostgresFilter(selection), sql, cancellationToken) is { Count: > 0 } names)
                    notes.Add(note(names));
            }
            catch (PostgresException)
            {
                // A right that was revoked, or a server that is only like PostgreSQL: its dump shows what it holds.
                await ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT gaps", cancellationToken);
            }
        }

        return notes;
    }

    private static IEnumerable<(Func<PostgresFilter, string> Sql, Func<List<string>, string> Note)> Questions(DumpSelection selection)
    {
        yield return (PgGapQueries.ForeignTables, names =>
            $"The rows of {Count(names, "foreign table")} are not in it, since they are on other servers: {Some(names)}. "
            + "Back those servers up by data sources of their own.");
        yield return (PgGapQueries.UnloggedTables, names =>
            $"The rows of {Count(names, "unlogged table")} are not in it, since a standby does not have them: {Some(names)}. "
            + "Back up the primary to have them.");
        yield return (PgGapQueries.InvalidIndexes, names =>
            $"{Count(names, "invalid index")} left out, as a build that broke off leaves them: {Some(names)}. REINDEX or drop them.");
        yield return (PgGapQueries.UserMappings, names =>
            $"The options of {Count(names, "user mapping")}, passwords among them, are not in it, since this role may not read them: "
            + $"{Some(names)}. Back up as superuser, or set them anew after a restore.");
        if (HasFilters(selection))
        {
            yield return (PgGapQueries.Extensions, names =>
                "Before a restore make the extensions that the chosen objects need and that are not in it: "
                + $"{Some([.. names.Select(n => $"CREATE EXTENSION {n};")], " ")}");
            yield return (PgGapQueries.Needed, names =>
                $"Before a restore make what the chosen objects need and what is not in it: {Some(names)}. Or choose their schemas too.");
        }
    }

    private static bool HasFilters(DumpSelection selection) =>
        selection.IncludeSchemas.Count + selection.IncludeTables.Count + selection.ExcludeSchemas.Count + selection.ExcludeTables.Count > 0;

    private static async Task<List<string>> NamesAsync(
        NpgsqlConnection connection, PostgresFilter filter, Func<PostgresFilter, string> sql, CancellationToken cancellationToken)
    {
        await using var command = filter.Command(sql(filter), connection);
        command.CommandTimeout = Seconds;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }

    private static string Count(List<string> names, string thing) => names.Count == 1
        ? $"one {thing}"
        : string.Create(CultureInfo.InvariantCulture, $"{names.Count} {(thing.EndsWith('x') ? $"{thing}es" : $"{thing}s")}");

    private static string Some(List<string> names, string separator = ", ") =>
        string.Join(separator, names.Take(MaxNamed)) + (names.Count > MaxNamed ? $"{separator}…" : "");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
