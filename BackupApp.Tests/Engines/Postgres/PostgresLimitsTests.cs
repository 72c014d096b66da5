using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>
/// Time limits that somebody set for a role are for the application's queries, not for a backup's:
/// each test makes a question wait for longer than they allow.
/// </summary>
[Collection(nameof(PostgresServers))]
public sealed class PostgresLimitsTests(PostgresServers servers)
{
    private const string Limited = """
        DROP ROLE IF EXISTS hasty;
        CREATE ROLE hasty SUPERUSER LOGIN PASSWORD 'pw' IN ROLE welcome;
        ALTER ROLE hasty SET statement_timeout = '20ms';
        ALTER ROLE hasty SET lock_timeout = '20ms';
        ALTER ROLE hasty SET idle_in_transaction_session_timeout = '20ms'
        """;

    private const string Waits = """
        SELECT EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'hasty' AND wait_event_type = 'Lock'
            AND query_start < clock_timestamp() - interval '100 ms')
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_questions_of_a_backup_outlast_them()
    {
        await servers.Tls.ExecuteAsync(Limited);

        var connecting = await WaitingForAsync(
            "pg_stat_ssl",
            () => new PostgresConnectStage(servers.Login(), TimeProvider.System).ConnectAsync(Hasty, DumpSelection.Everything, Token));

        Assert.True((await connecting).Server.DatabaseSize > 0);
    }

    [Fact]
    public async Task The_roles_of_a_server_are_dumped_in_spite_of_them()
    {
        await servers.Tls.ExecuteAsync(Limited);
        var server = await new PostgresConnectStage(servers.Login(), TimeProvider.System).ConnectAsync(
            Hasty, DumpSelection.Everything, Token);
        using var command = await new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait)
            .PrepareAsync(Hasty, server, new() { Scope = SourceScope.Server }, new(ArtifactKind.Globals, "globals"), Token);

        var dumping = await WaitingForAsync(
            "pg_parameter_acl",
            () => new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, Token));

        Assert.True((await dumping).Bytes > 0);
    }

    [Fact]
    public async Task Nothing_of_it_stays_behind_in_the_session()
    {
        await servers.Tls.ExecuteAsync(Limited);
        await using var session = await PostgresServers.Connector().OpenAsync(Hasty, TimeSpan.FromSeconds(5), Token);
        await using var command = new NpgsqlCommand("SELECT current_setting('statement_timeout')", session.Connection);
        Assert.Equal("0", await command.ExecuteScalarAsync(Token));

        await using (var end = new NpgsqlCommand("ROLLBACK", session.Connection))
            await end.ExecuteNonQueryAsync(Token);

        Assert.Equal("20ms", await command.ExecuteScalarAsync(Token));
    }

    private DatabaseConnection Hasty => servers.Connection("hasty", "pw");

    /// <summary>Lets something wait for a catalogue that is locked, until it has waited for longer than the limits.</summary>
    private async Task<Task<T>> WaitingForAsync<T>(string catalogue, Func<Task<T>> begin)
    {
        await using var locker = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(servers.Tls.ConnectionString) { Database = Hasty.Database }.ConnectionString);
        await locker.OpenAsync(Token);
        await ExecuteAsync(locker, $"BEGIN; LOCK TABLE {catalogue} IN ACCESS EXCLUSIVE MODE");
        var waiting = begin();
        await using var watcher = new NpgsqlConnection(servers.Tls.ConnectionString);
        await watcher.OpenAsync(Token);
        await using var command = new NpgsqlCommand(Waits, watcher);
        await Until.TrueAsync(async () => waiting.IsCompleted || (bool)(await command.ExecuteScalarAsync(Token))!, "it waits");
        if (waiting.IsCompleted)
            Assert.Fail($"It ended before the lock was released: {await waiting}");
        await ExecuteAsync(locker, "ROLLBACK");
        return waiting;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
