using System.Globalization;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Inventories;
using Npgsql;
using TableName = (string Schema, string Name);

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>Counts what a restored database holds, exactly, and holds it against what the dump held.</summary>
internal sealed class RestoredRows(IRestoreSteps steps)
{
    private const int AtOnce = 50;
    private const int MostNamed = 5;

    // Of an extension's tables the extension has made some rows itself. What is inherited is counted where it lies.
    private const string Tables = """
        SELECT n.nspname::text, c.relname::text,
               EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
        """;

    // Rows that transactions put there since the tables were made, exactly: before version 15 some could get lost on their way.
    private const int CountersAreExact = 15;

    private const string Counters = """
        SELECT schemaname::text, relname::text, n_tup_ins FROM pg_stat_user_tables
        WHERE n_tup_del = 0 AND current_setting('track_counts')::boolean
        """;

    /// <param name="expected">
    /// Where the server's own counter of inserted rows says the same, that is believed; any other table is counted row by row.
    /// </param>
    /// <exception cref="PostgresException">A table could not be counted, for another reason than that the login may not.</exception>
    public async Task<CountedRows> CountAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<TableName, long> expected, CancellationToken cancellationToken)
    {
        // A policy would hide rows from the count; without this it fails instead.
        await Sql.ExecuteAsync(connection, "SET row_security = off", cancellationToken);
        var all = await Sql.ListAsync(
            connection, Tables, row =>
                (Schema: row.GetString(0), Name: row.GetString(1), OfExtension: row.GetBoolean(2)), cancellationToken);
        var names = all.Where(t => !t.OfExtension).Select(t => (t.Schema, t.Name)).ToList();
        var rows = await InsertedAsync(connection, expected, cancellationToken);
        var refused = new List<UncountedTable>();
        foreach (var chunk in names.Where(t => !rows.ContainsKey(t)).Chunk(AtOnce))
        {
            steps.Report(new(RestorePhase.Counting, $"{chunk[0].Schema}.{chunk[0].Name}", rows.Count + 1, names.Count));
            await CountEachAsync(connection, chunk, rows, refused, cancellationToken);
        }

        return new(
            [.. names.Where(rows.ContainsKey).Select(t => new RestoredTable(t.Schema, t.Name, rows[t]))],
            all.Where(t => t.OfExtension).Select(t => (t.Schema, t.Name)).ToHashSet(),
            refused);
    }

    /// <summary>What does not fit, as a sentence; null when all does.</summary>
    /// <param name="dump">What the dump holds. Tables that it does not count are not compared.</param>
    /// <param name="counted">By <c>CountAsync</c>.</param>
    /// <param name="isRestored">Whether the rows of a table were to be restored.</param>
    public static string? Differences(Inventory dump, CountedRows counted, Func<InventoryTable, bool> isRestored)
    {
        var excused = counted.OfExtensions.Concat(counted.Refused.Select(t => (t.Schema, t.Name))).ToHashSet();
        var found = counted.Tables.ToDictionary(t => (t.Schema, t.Name), t => (long?)t.Rows);
        var wrong = dump.Tables
            .Where(t => t is { State: RowsState.Counted, Kind: TableKind.Table or TableKind.Partition } && isRestored(t))
            .Select(t => (Table: t, Rows: found.GetValueOrDefault((t.Schema, t.Name))))
            .Where(t => t.Rows != t.Table.Rows && !(t.Rows is null && excused.Contains((t.Table.Schema, t.Table.Name))))
            .ToList();
        if (wrong.Count == 0)
            return null;
        var named = wrong.Take(MostNamed).Select(t => string.Create(
            CultureInfo.InvariantCulture, $"{t.Table.Schema}.{t.Table.Name} ({t.Rows ?? 0:N0} of {t.Table.Rows:N0} rows)"));
        return $"What was restored is not what the dump holds: {string.Join(", ", named)}{(wrong.Count > MostNamed ? ", …" : "")}.";
    }

    private static async Task<Dictionary<TableName, long>> InsertedAsync(
        NpgsqlConnection connection, IReadOnlyDictionary<TableName, long> expected, CancellationToken cancellationToken)
    {
        if (expected.Count == 0 || connection.PostgreSqlVersion.Major < CountersAreExact)
            return [];
        var inserted = await Sql.ListAsync(
            connection, Counters, row => (Table: (row.GetString(0), row.GetString(1)), Rows: row.GetInt64(2)), cancellationToken);
        return inserted.Where(t => expected.TryGetValue(t.Table, out var rows) && rows == t.Rows).ToDictionary(t => t.Table, t => t.Rows);
    }

    // One table that the login may not read hides the counts of all that were asked for with it: then each is asked for by itself.
    private static async Task CountEachAsync(
        NpgsqlConnection connection, TableName[] tables, Dictionary<TableName, long> rows, List<UncountedTable> refused,
            CancellationToken cancellationToken)
    {
        try
        {
            await CountAsync(connection, tables, rows, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            if (tables is [var (schema, name)])
            {
                refused.Add(new(schema, name, e.MessageText));
                return;
            }

            foreach (var table in tables)
                await CountEachAsync(connection, [table], rows, refused, cancellationToken);
        }
    }

    private static async Task CountAsync(
        NpgsqlConnection connection, TableName[] tables, Dictionary<TableName, long> rows, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        foreach (var (schema, name) in tables)
            batch.BatchCommands.Add(new($"SELECT count(*) FROM ONLY {ServerRefusal.Quote(schema)}.{ServerRefusal.Quote(name)}"));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (var table in tables)
        {
            await reader.ReadAsync(cancellationToken);
            rows[table] = reader.GetInt64(0);
            await reader.NextResultAsync(cancellationToken);
        }
    }
}

/// <param name="OfExtensions">Tables that are not counted.</param>
/// <param name="Refused">Tables that the login may not count.</param>
internal sealed record CountedRows(
    IReadOnlyList<RestoredTable> Tables, IReadOnlySet<TableName> OfExtensions, IReadOnlyList<UncountedTable> Refused);

/// <param name="Why">The server's words.</param>
internal sealed record UncountedTable(string Schema, string Name, string Why)
{
    public string Sentence => $"The rows of {Schema}.{Name} could not be counted: {Why}.";
}
