using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>The connection test of a selection: it looks at all that will be backed up, and at nothing else.</summary>
[Collection(nameof(PostgresServers))]
public sealed class PostgresServerTestTests(PostgresServers servers)
{
    private static readonly DumpSelection Server = new() { Scope = SourceScope.Server };

    [Fact]
    public async Task Every_database_of_a_server_is_looked_at()
    {
        var result = await servers.TestAsync(servers.Connection(), selection: Server);

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Matches(@"^Connected to PostgreSQL .*: \d+ databases to back up\.$", result.Message);
        Assert.Equal("BackupApp's own database own is left out.", result.Advice);
        var one = await servers.TestAsync(servers.Connection());
        Assert.True(result.Server!.DatabaseSize > 2 * one.Server!.DatabaseSize, "The size is that of all databases.");
    }

    [Fact]
    public async Task A_database_that_was_dropped_since_they_were_listed_is_no_finding()
    {
        var connection = servers.Connection();
        var catalog = new ServerCatalog([new("dropped", true), new("shop", true)], true, null, [], [], HasTimeLimits: false);

        var (found, left) = await new EachDatabase(servers.Login(), TimeProvider.System).RunAsync(
            connection, catalog, Server, major: 15, TestContext.Current.CancellationToken);

        Assert.Null(found);
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task A_database_that_is_dropped_by_force_while_it_is_looked_at_is_no_finding()
    {
        await servers.Tls.ExecuteAsync("CREATE DATABASE leaving");
        var drop = new Lazy<Task>(() => servers.Tls.ExecuteAsync("DROP DATABASE leaving WITH (FORCE)"));
        // The login is done and the client does not know it yet when the database goes.
        await using var relay = new GatedRelay(servers.Tls.Port, long.MaxValue, () => answer =>
        {
            if (answer.Span.EndsWith("Z\0\0\0\u0005I"u8))
                drop.Value.Wait();
        });
        var connection = servers.Connection(port: relay.Port, mode: TlsMode.Disable);
        var catalog = new ServerCatalog([new("leaving", true), new("shop", true)], true, null, [], [], HasTimeLimits: false);

        var (found, left) = await new EachDatabase(servers.Login(), TimeProvider.System).RunAsync(
            connection, catalog, Server, major: 15, TestContext.Current.CancellationToken);

        Assert.True(drop.IsValueCreated, "No answer ended as that to a login does.");
        Assert.Null(found);
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task A_role_that_may_not_read_passwords_is_told_so()
    {
        var selection = Server with { ExcludeDatabases = await OthersAsync("postgres", "shop") };

        var result = await servers.TestAsync(servers.Connection("poor", "pw"), selection: selection);

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Contains("2 databases to back up", result.Message, StringComparison.Ordinal);
        Assert.Equal(
            "Roles are backed up without their passwords, which this login may not read. "
            + "So that databases and tables made later can be read too, run as superuser: GRANT pg_read_all_data TO \"poor\";",
            result.Advice);
        Assert.Null((await servers.TestAsync(servers.Connection("reader", "pw"), selection: selection)).Advice);
    }

    [Fact]
    public async Task A_database_that_the_role_may_not_enter_is_named_with_its_grant_unless_it_is_left_out()
    {
        await servers.Tls.ExecuteAsync("CREATE DATABASE \"clos\"\"ed\"");
        await servers.Tls.ExecuteAsync("REVOKE CONNECT ON DATABASE \"clos\"\"ed\" FROM PUBLIC");
        var others = await OthersAsync("shop", "clos\"ed");

        var result = await servers.TestAsync(servers.Connection("reader", "pw"), selection: Server with { ExcludeDatabases = others });

        Assert.Equal(ConnectionTestCode.PrivilegesMissing, result.Code);
        Assert.Equal("The role \"reader\" may not connect to 1 of 2 databases: clos\"ed.", result.Message);
        Assert.Contains("GRANT CONNECT ON DATABASE \"clos\"\"ed\" TO \"reader\";", result.Advice, StringComparison.Ordinal);
        Assert.True(
            (await servers.TestAsync(
                servers.Connection("reader", "pw"), selection: Server with { ExcludeDatabases = [.. others, "clos\"ed"] })).Ok);
    }

    [Fact]
    public async Task A_database_that_was_half_dropped_is_left_out_with_the_advice_to_drop_it()
    {
        await servers.Tls.ExecuteAsync("CREATE DATABASE \"ha\"\"lf\"");
        // As an interrupted DROP DATABASE leaves it.
        await servers.Tls.ExecuteAsync("UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'ha\"lf'");

        var server = await servers.TestAsync(
            servers.Connection(), selection: Server with { ExcludeDatabases = await OthersAsync("shop", "ha\"lf") });
        var alone = await servers.TestAsync(servers.Connection(database: "ha\"lf"));
        await servers.Tls.ExecuteAsync(alone.Advice![(alone.Advice!.IndexOf(": ", StringComparison.Ordinal) + 2)..]);

        Assert.True(server.Ok, server.Message);
        Assert.Contains("1 databases to back up", server.Message, StringComparison.Ordinal);
        Assert.EndsWith("Drop them as superuser: DROP DATABASE \"ha\"\"lf\";", server.Advice, StringComparison.Ordinal);
        Assert.Equal(
            (ConnectionTestCode.ServerError, true),
            (alone.Code, alone.Message.Contains("half dropped", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_role_may_not_read_in_another_database_is_named_with_the_database()
    {
        await servers.Tls.ExecuteAsync("CREATE ROLE visitor LOGIN PASSWORD 'pw' IN ROLE welcome");
        await servers.Tls.ExecuteAsync("CREATE DATABASE secretive");
        await servers.Tls.ExecuteAsync("CREATE TABLE secrets(x int)", "secretive");
        var selection = Server with { ExcludeDatabases = await OthersAsync("shop", "secretive") };

        var result = await servers.TestAsync(servers.Connection("visitor", "pw"), selection: selection);

        Assert.Equal(ConnectionTestCode.PrivilegesMissing, result.Code);
        Assert.Equal("secretive: The role \"visitor\" may not read 1 table(s) or sequence(s): public.secrets.", result.Message);
        Assert.Equal("In the database secretive.\nAs superuser run: GRANT pg_read_all_data TO \"visitor\";", result.Advice);
        // The rows are not dumped, but pg_dump locks the table all the same.
        Assert.False(
            (await servers.TestAsync(
                servers.Connection("visitor", "pw"), selection: selection with { ExcludeTableData = ["secrets"] })).Ok);
        var without = await servers.TestAsync(
            servers.Connection("visitor", "pw"), selection: selection with { ExcludeTables = ["secrets"] });
        Assert.True(without.Ok, without.Message);
        Assert.Contains("GRANT pg_read_all_data TO \"visitor\";", without.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_one_database_only_the_selection_must_be_readable()
    {
        await servers.Tls.ExecuteAsync("CREATE ROLE clerk LOGIN PASSWORD 'pw' IN ROLE welcome");
        await servers.Tls.ExecuteAsync("CREATE DATABASE office");
        await servers.Tls.ExecuteAsync("""
            CREATE TABLE mine(id serial); CREATE TABLE other(x int); CREATE SCHEMA private;
            CREATE TABLE private.secrets(x int); SELECT lo_create(0);
            GRANT SELECT ON mine TO clerk; GRANT SELECT ON mine_id_seq TO clerk
            """, "office");
        Task<ConnectionTestResult> TestAsync(DumpSelection selection) =>
            servers.TestAsync(servers.Connection("clerk", "pw", database: "office"), selection: selection);

        Assert.Contains("may not read 2 table(s)", (await TestAsync(DumpSelection.Everything)).Message, StringComparison.Ordinal);
        Assert.Contains("public.other", (await TestAsync(new() { ExcludeSchemas = ["private"] })).Message, StringComparison.Ordinal);
        Assert.Contains(
            "large object",
            (await TestAsync(new() { ExcludeSchemas = ["private"], ExcludeTables = ["other"] })).Message,
            StringComparison.Ordinal);
        Assert.True((await TestAsync(new() { IncludeTables = ["mine"] })).Ok);

        await servers.Tls.ExecuteAsync("REVOKE SELECT ON mine_id_seq FROM clerk", "office");
        Assert.Contains("public.mine_id_seq", (await TestAsync(new() { IncludeTables = ["mine"] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_filter_that_fits_nothing_or_cannot_be_read_is_told()
    {
        var unmatched = await servers.TestAsync(servers.Connection(), selection: new() { IncludeTables = ["no_such"] });
        var unreadable = await servers.TestAsync(servers.Connection(), selection: new() { ExcludeTables = ["log[1"] });

        Assert.Equal(
            (ConnectionTestCode.ServerError, "The database has no schema or table that fits the filter no_such."),
            (unmatched.Code, unmatched.Message));
        Assert.Equal(ConnectionTestCode.ServerError, unreadable.Code);
        Assert.Contains("not a pattern that the server can read", unreadable.Message, StringComparison.Ordinal);
    }

    /// <summary>All databases of the server but these: other tests make their own beside them.</summary>
    private async Task<IReadOnlyList<string>> OthersAsync(params string[] kept)
    {
        await using var connection = new Npgsql.NpgsqlConnection(servers.Tls.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("SELECT datname FROM pg_database WHERE datname <> ALL ($1)", connection)
        {
            Parameters = { new() { Value = kept } },
        };
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
