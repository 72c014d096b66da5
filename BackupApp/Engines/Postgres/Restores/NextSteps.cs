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

    // What pg_dump takes by its name it takes without its partitions.
    private const string Partitions = """
        SELECT nspname::text, relname::text FROM pg_partition_tree(to_regclass($1)) p
        JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = relnamespace WHERE level > 0 ORDER BY level, 1, 2
        """;

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
            var name = Name(table.Schema, table.Name);
            if (await Sql.ScalarAsync<string>(connection, Columns, cancellationToken, name) is not { } columns)
                continue;
            var partitions = await Sql.ListAsync(
                connection, Partitions, r => Name(r.GetString(0), r.GetString(1)), cancellationToken, name);
            steps.AddRange(OfTable(table, [name, .. partitions], columns, restored, source));
        }

        return steps;
    }

    /// <summary>What there are no commands for, because they would be too many: a sentence for each kind.</summary>
    public static IEnumerable<string> Untold(RestoreSelection selection, IReadOnlyList<ArchiveEntry> keys) =>
    [
        .. Untold("tables", [.. selection.Tables.Select(t => $"{t.Schema}.{t.Name}")]),
        .. Untold("schemas", selection.Schemas),
        .. Untold("foreign keys", [.. keys.Where(k => k.Definition is not null).Select(k => k.Tag)]),
    ];

    private static IEnumerable<string> Untold(string kind, IReadOnlyList<string> names) => names.Count <= MostTables
        ? []
        : [$"Commands are shown for the first {ProbeChecks.Number(MostTables)} of {ProbeChecks.Number(names.Count)} {kind}. Those for the "
            + $"others are the same with other names: {ProbeChecks.Named([.. names.Skip(MostTables)])}."];

    public static IEnumerable<RestoreStep> OfForeignKeys(IEnumerable<ArchiveEntry> keys, string database) => keys
        .Where(k => k.Definition is not null)
        .Take(MostTables)
        .Select(k => new RestoreStep(
            string.Create(CultureInfo.InvariantCulture, $"The foreign key {k.Tag}"),
            $"psql --no-psqlrc --dbname={Database(database)} --command={ShellWord.Quote(k.Definition!.Trim())}",
            "It was left out, since it leads to a table that was not picked."));

    private static string Name(string schema, string name) => $"{ServerRefusal.Quote(schema)}.{ServerRefusal.Quote(name)}";

    /// <param name="names">Its own first, then those of its partitions.</param>
    private static IEnumerable<RestoreStep> OfTable(
        PickedTable table, IReadOnlyList<string> names, string columns, string restored, string source)
    {
        var name = names[0];
        var chosen = string.Join(' ', names.Select(n => $"--table={ShellWord.Quote(n)}"));
        var copy = RestoreNames.Fit(table.Name, "_restored");
        var beside = $"{ServerRefusal.Quote(table.Schema)}.{ServerRefusal.Quote(copy)}";
        yield return new(
            $"Put {table.Schema}.{table.Name} back where it is gone",
            $"pg_dump {chosen} --dbname={Database(restored)} | {Into(source)}",
            $"Makes the table with its rows, indexes and triggers{(names.Count > 1 ? ", and all its partitions" : "")}. "
                + "It fails, and changes nothing, where there is one of this name.");
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
