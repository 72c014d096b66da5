using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>What a dump of a database does not hold is told, and the rest is not spoken of.</summary>
[Collection(nameof(PostgresServers))]
public sealed class PgGapsTests(PostgresServers servers)
{
    private const string Content = """
        CREATE EXTENSION citext;
        CREATE SCHEMA sales; CREATE SCHEMA shared;
        CREATE TYPE shared.mood AS ENUM ('good');
        CREATE FUNCTION shared.next_number() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE shared.customers (id int PRIMARY KEY);
        CREATE TABLE sales.orders (id serial PRIMARY KEY, name citext, names citext[], mood shared.mood,
            n int DEFAULT shared.next_number(), customer int REFERENCES shared.customers);
        CREATE VIEW sales.few AS SELECT id FROM sales.orders;
        CREATE TYPE sales.own AS ENUM ('a'); ALTER TABLE sales.orders ADD own sales.own;
        CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
        CREATE FOREIGN TABLE sales."Lines" (line text) SERVER files OPTIONS (filename '/dev/null');
        CREATE UNLOGGED TABLE sales.cache (n int);
        CREATE FOREIGN DATA WRAPPER plain; CREATE SERVER elsewhere FOREIGN DATA WRAPPER plain;
        CREATE USER MAPPING FOR postgres SERVER elsewhere OPTIONS (password 'hidden');
        """;

    [Fact]
    public async Task A_whole_database_lacks_the_rows_of_foreign_tables_only()
    {
        await PrepareAsync("gaps_all");

        var note = Assert.Single(await GapsAsync("gaps_all", DumpSelection.Everything));

        Assert.Equal(
            "The rows of one foreign table are not in it, since they are on other servers: sales.\"Lines\". "
            + "Back those servers up by data sources of their own.",
            note);
    }

    [Fact]
    public async Task Chosen_schemas_name_the_extensions_and_objects_that_must_be_there_before_a_restore()
    {
        await PrepareAsync("gaps_schema");

        var notes = await GapsAsync("gaps_schema", new() { IncludeSchemas = ["sales"] });

        Assert.Contains(
            "Before a restore make the extensions that the chosen objects need and that are not in it: CREATE EXTENSION citext;",
            notes);
        Assert.Contains(
            "Before a restore make what the chosen objects need and what is not in it: "
            + "function shared.next_number(), table shared.customers, type shared.mood. Or choose their schemas too.",
            notes);
    }

    [Fact]
    public async Task Chosen_tables_need_their_types_too_and_an_excluded_schema_is_missed_by_who_needs_it()
    {
        await PrepareAsync("gaps_table");

        var tables = await GapsAsync("gaps_table", new() { IncludeTables = ["sales.orders"] });
        var without = await GapsAsync("gaps_table", new() { ExcludeSchemas = ["shared"] });
        var complete = await GapsAsync("gaps_table", new() { ExcludeTables = ["sales.few", "sales.\"Lines\""] });

        Assert.Contains(
            tables,
            note =>
                note.Contains("type sales.own", StringComparison.Ordinal) && note.Contains("type shared.mood", StringComparison.Ordinal));
        Assert.Contains(without, note => note.Contains("table shared.customers", StringComparison.Ordinal));
        // An extension is dumped unless schemas or tables are chosen.
        Assert.DoesNotContain(without, note => note.Contains("citext", StringComparison.Ordinal));
        Assert.Empty(complete);
    }

    [Fact]
    public async Task A_role_that_may_not_read_the_options_of_user_mappings_is_told()
    {
        await PrepareAsync("gaps_mapping");

        var notes = await GapsAsync("gaps_mapping", DumpSelection.Everything, "reader");

        Assert.Contains(
            notes,
            note =>
                note.StartsWith("The options of one user mapping, passwords among them, are not in it", StringComparison.Ordinal)
                && note.Contains("elsewhere for postgres", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_standby_has_no_rows_of_unlogged_tables()
    {
        await using var primary = await TestCluster.StartAsync($"local replication all trust\nhost all all 127.0.0.1/32 trust");
        await primary.ExecuteAsync("CREATE UNLOGGED TABLE cache AS SELECT 1 AS n; CREATE TABLE kept AS SELECT 1 AS n");
        await using var standby = await primary.StartStandbyAsync();

        var server = await new PostgresConnectStage(servers.Login(), TimeProvider.System).ConnectAsync(
            servers.Connection(password: null, cluster: standby, database: "postgres"),
            DumpSelection.Everything,
            TestContext.Current.CancellationToken);

        Assert.Equal(
            "The rows of one unlogged table are not in it, since a standby does not have them: public.cache. "
            + "Back up the primary to have them.",
            Assert.Single(server.Gaps));
    }

    private async Task PrepareAsync(string database)
    {
        await servers.Tls.ExecuteAsync($"CREATE DATABASE {database}");
        await servers.Tls.ExecuteAsync(Content, database);
    }

    private async Task<IReadOnlyList<string>> GapsAsync(string database, DumpSelection selection, string? role = null)
    {
        var connection = role is null ? servers.Connection(database: database) : servers.Connection(role, "pw", database: database);
        var server = await new PostgresConnectStage(servers.Login(), TimeProvider.System).ConnectAsync(
            connection, selection, TestContext.Current.CancellationToken);
        Assert.True(server.Server.DatabaseSize > 0);
        return server.Gaps;
    }
}
