using System.Globalization;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>What people may want to run after a restore: lines of bash, for the server that PGHOST, PGPORT and PGUSER name.</summary>
internal static class NextSteps
{
    private const int MostTables = 5;

    // What is computed cannot be inserted.
    private const string Columns = """
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        """;

    public static RestoreStep Analyze(string database) => new(
        "Have the planner learn about it",
        $"vacuumdb --analyze-in-stages --dbname={Database(database)}",
        "A restored database has no statistics: until the server has gathered them by itself, queries may be slow.");

    public static readonly RestoreStep AnalyzeAll = new(
        "Have the planner learn about them",
        "vacuumdb --all --analyze-in-stages",
        "Restored databases have no statistics: until the server has gathered them by itself, queries may be slow.");

    /// <summary>For the schemas that were picked: how to put them back.</summary>
    /// <param name="restored">The restored database, as it is called in the end.</param>
    /// <param name="source">The database that lost them.</param>
    public static IEnumerable<RestoreStep> OfSchemas(IReadOnlyList<string> schemas, string restored, string source) => schemas
        .Take(MostTables)
        .Select(schema => new RestoreStep(
            $"Put the schema {schema} back where it is gone",
            $"pg_dump --schema={ShellWord.Quote(ServerRefusal.Quote(schema))} --dbname={Database(restored)} | {Into(source)}",
            "Makes the schema with all that is in it. It fails, and changes nothing, where something of it is there."));

    /// <summary>For the tables that were picked: how to put them back.</summary>
    /// <param name="connection">To the restored database.</param>
    /// <param name="restored">Its name in the end.</param>
    /// <param name="source">The database that lost them.</param>
    public static async Task<IReadOnlyList<RestoreStep>> OfTablesAsync(
        NpgsqlConnection connection, IReadOnlyList<PickedTable> tables, string restored, string source, CancellationToken cancellationToken)
    {
        var steps = new List<RestoreStep>();
        foreach (var table in tables.Take(MostTables))
        {
            var name = $"{ServerRefusal.Quote(table.Schema)}.{ServerRefusal.Quote(table.Name)}";
            if (await Sql.ScalarAsync<string>(connection, Columns, cancellationToken, name) is { } columns)
                steps.AddRange(OfTable(table, name, columns, restored, source));
        }

        return steps;
    }

    public static IEnumerable<RestoreStep> OfForeignKeys(IEnumerable<ArchiveEntry> keys, string database) => keys
        .Where(k => k.Definition is not null)
        .Take(MostTables)
        .Select(k => new RestoreStep(
            string.Create(CultureInfo.InvariantCulture, $"The foreign key {k.Tag}"),
            $"psql --no-psqlrc --dbname={Database(database)} --command={ShellWord.Quote(k.Definition!.Trim())}",
            "It was left out, since it leads to a table that was not picked."));

    private static IEnumerable<RestoreStep> OfTable(PickedTable table, string name, string columns, string restored, string source)
    {
        var copy = RestoreNames.Fit(table.Name, "_restored");
        var beside = $"{ServerRefusal.Quote(table.Schema)}.{ServerRefusal.Quote(copy)}";
        yield return new(
            $"Put {table.Schema}.{table.Name} back where it is gone",
            $"pg_dump --table={ShellWord.Quote(name)} --dbname={Database(restored)} | {Into(source)}",
            "Makes the table with its rows, indexes and triggers. It fails, and changes nothing, where there is one of this name.");
        yield return new(
            $"Put it beside the one that is there, as {copy}",
            $"psql --no-psqlrc --command={ShellWord.Quote($"COPY (SELECT {columns} FROM {name}) TO STDOUT")} --dbname={Database(restored)}"
            + $" | {Into(source)} --command={ShellWord.Quote($"CREATE TABLE {beside} (LIKE {name})")}"
            + $" --command={ShellWord.Quote($"COPY {beside} ({columns}) FROM STDIN")}",
            "Copies the rows only, to compare them or to pick some.");
        yield return new(
            "Then add the rows that are missing",
            $"psql --no-psqlrc --dbname={Database(source)} --command="
            + ShellWord.Quote(
                $"INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {beside} ON CONFLICT DO NOTHING"),
            "Rows whose key is there stay as they are. Without a primary key or another unique one, every row is added.");
    }

    private static string Into(string database) =>
        $"psql --no-psqlrc --single-transaction -v ON_ERROR_STOP=1 --dbname={Database(database)}";

    private static string Database(string name) => ShellWord.Quote($"dbname={PgConnection.Quote(name)}");
}
