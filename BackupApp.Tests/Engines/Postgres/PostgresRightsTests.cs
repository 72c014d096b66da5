using System.Diagnostics;
using System.Globalization;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>Every case is checked against the real pg_dump: it fails before the advised statement was run and works after.</summary>
[Collection(nameof(PostgresServers))]
public sealed class PostgresRightsTests(PostgresServers servers)
{
    private const string Password = "pw";

    [Fact]
    public async Task Unreadable_tables_are_named_with_the_grant_that_fixes_it()
    {
        await PrepareAsync("r1", "role\"1", """
            CREATE SCHEMA "app one"; CREATE TABLE "app one".a(); CREATE TABLE "app one".b(id serial);
            CREATE TABLE public.c(); CREATE TABLE public.d();
            CREATE TABLE public.e(); CREATE TABLE public.f(x int) PARTITION BY LIST (x); CREATE TABLE public.g(x int)
            """);

        var result = await AssertMissingAsync(
            "r1", "role\"1", "may not read 8 table(s) or sequence(s): app one.a, app one.b, public.c, public.d, public.e, …");

        Assert.Contains("GRANT pg_read_all_data TO \"role\"\"1\";", result.Advice, StringComparison.Ordinal);
        await FollowAsync("r1", "role\"1", result);
    }

    [Fact]
    public async Task Older_servers_are_given_grants_by_schema()
    {
        await PrepareAsync("r2", "role2", "CREATE SCHEMA s; CREATE TABLE s.a(id serial); CREATE TABLE public.b(x int)");
        var connection = servers.Connection("role2", Password, database: "r2");
        var (session, _, _) = await servers
            .Login()
            .OpenAsync(connection, DumpSelection.Everything, PostgresConnectionTest.LoginLimit, TestContext.Current.CancellationToken);
        await using (session)
        {
            var missing = await PostgresRights.FindAsync(
                session.Connection, DumpSelection.Everything, 13, TestContext.Current.CancellationToken);
            Assert.Contains("may not read 3", missing!.Message, StringComparison.Ordinal);
            var statements = missing.Advice[
                missing.Advice.IndexOf("GRANT", StringComparison.Ordinal)..missing.Advice.IndexOf(
                    " Tables made", StringComparison.Ordinal)
            ];
            await servers.Tls.ExecuteAsync(statements, "r2");
        }

        Assert.True((await servers.TestAsync(connection)).Ok);
        Assert.Equal(0, await DumpAsync("r2", "role2"));
    }

    [Fact]
    public async Task A_sequence_alone_is_noticed()
    {
        await PrepareAsync("r3", "role3", "CREATE TABLE public.a(id serial); GRANT SELECT ON public.a TO role3");

        var result = await AssertMissingAsync("r3", "role3", "1 table(s) or sequence(s): public.a_id_seq");

        await FollowAsync("r3", "role3", result);
    }

    [Fact]
    public async Task Row_level_security_that_hides_rows_is_noticed()
    {
        await PrepareAsync("r4", "role4", """
            GRANT pg_read_all_data TO role4; CREATE TABLE public.a(x int); ALTER TABLE public.a ENABLE ROW LEVEL SECURITY
            """);

        var result = await AssertMissingAsync(
            "r4", "role4", "Row-level security hides rows from the role \"role4\" in 1 table(s): public.a.");

        await FollowAsync("r4", "role4", result);
    }

    [Fact]
    public async Task Unreadable_large_objects_are_counted()
    {
        await PrepareAsync(
            "r5",
            "role'5",
            "GRANT pg_read_all_data TO \"role'5\"; SELECT lo_from_bytea(0, '\\x01'), lo_from_bytea(0, '\\x02')");

        var result = await AssertMissingAsync("r5", "role'5", "may not read 2 large object(s)");

        await FollowAsync("r5", "role'5", result);
    }

    [Fact]
    public async Task A_database_that_the_role_may_not_enter_is_told_with_its_grant()
    {
        await PrepareAsync("r6", "role6", "REVOKE CONNECT ON DATABASE r6 FROM PUBLIC");

        var result = await AssertMissingAsync("r6", "role6", "may not connect");

        await FollowAsync("r6", "role6", result);
    }

    [Fact]
    public async Task The_owner_of_everything_needs_nothing_else()
    {
        await PrepareAsync(
            "r7",
            "role7",
            "ALTER DATABASE r7 OWNER TO role7; SET ROLE role7; CREATE SCHEMA mine; CREATE TABLE mine.a(id serial); SELECT lo_create(0)");

        var result = await servers.TestAsync(servers.Connection("role7", Password, database: "r7"));

        Assert.True(result.Ok, $"{result.Code}: {result.Message}");
        Assert.Equal(0, await DumpAsync("r7", "role7"));
    }

    private async Task PrepareAsync(string database, string role, string sql)
    {
        await servers.Tls.ExecuteAsync($"CREATE ROLE {PostgresServers.Quote(role)} LOGIN PASSWORD '{Password}' IN ROLE welcome");
        await servers.Tls.ExecuteAsync($"CREATE DATABASE {database}");
        await servers.Tls.ExecuteAsync(sql, database);
    }

    private async Task<ConnectionTestResult> AssertMissingAsync(string database, string role, string part)
    {
        var result = await servers.TestAsync(servers.Connection(role, Password, database: database));
        Assert.True(result.Code == ConnectionTestCode.PrivilegesMissing, $"{result.Code}: {result.Message}");
        Assert.Contains(part, result.Message, StringComparison.Ordinal);
        Assert.NotEqual(0, await DumpAsync(database, role));
        return result;
    }

    private async Task FollowAsync(string database, string role, ConnectionTestResult result)
    {
        var statement = result.Advice![(result.Advice!.IndexOf("run: ", StringComparison.Ordinal) + 5)..];
        var superuser = new NpgsqlConnectionStringBuilder(servers.Tls.ConnectionString);
        Assert.Equal(
            0,
            await RunAsync(
                "psql",
                ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", superuser.Host!, "-U", superuser.Username!, "-d", database],
                statement));

        var again = await servers.TestAsync(servers.Connection(role, Password, database: database));
        Assert.True(again.Ok, $"{again.Code}: {again.Message}");
        Assert.Equal(0, await DumpAsync(database, role));
    }

    private Task<int> DumpAsync(string database, string role) =>
        RunAsync("pg_dump", ["-Fc", "-w", "--no-sync", "-f", "/dev/null", "-h", "127.0.0.1", "-U", role, "-d", database], "");

    private async Task<int> RunAsync(string tool, string[] arguments, string input)
    {
        var start = new ProcessStartInfo(
            Path.Combine(TestCluster.FindBinaries(), tool),
            [.. arguments, "-p", servers.Tls.Port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PGPASSWORD"] = Password;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        TestContext.Current.SendDiagnosticMessage("{0}{1}", await errors, await output);
        return process.ExitCode;
    }
}
