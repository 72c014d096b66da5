using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>What a job says of its connection is what the server says of the tool's own, not of ours.</summary>
[Collection(nameof(PostgresServers))]
public sealed class ToolWatchTests(PostgresServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_that_may_choose_is_seen_as_it_chose()
    {
        var encrypted = await DumpAsync(servers.Connection("reader", "pw"));
        var plain = await DumpAsync(servers.Connection(cluster: servers.Plain, password: "super", database: "postgres"));

        Assert.Equal(ToolConnection.Encrypted(verified: false, "TLSv1.3"), encrypted);
        Assert.Equal(new ToolConnection(ConnectionProtection.Unencrypted), plain);
    }

    [Fact]
    public async Task A_verified_one_is_said_to_be()
    {
        var connection = servers.Connection(
            "reader", "pw", mode: TlsMode.VerifyFull, host: "localhost", secrets: new(null, servers.AuthorityPem));

        Assert.Equal(ToolConnection.Encrypted(verified: true, "TLSv1.3"), await DumpAsync(connection));
    }

    [Fact]
    public async Task The_tool_counts_and_not_what_it_was_told_or_what_we_found_ourselves()
    {
        // As if something had weakened the tool's own settings: our login is encrypted and verified, the tool's is neither.
        var connection = servers.Connection(
            "reader", "pw", mode: TlsMode.VerifyFull, host: "localhost", secrets: new(null, servers.AuthorityPem));

        var seen = await DumpAsync(connection, environment => environment["PGSSLMODE"] = "disable");

        Assert.Equal(new ToolConnection(ConnectionProtection.Unencrypted), seen);
    }

    [Fact]
    public async Task Behind_a_pooler_or_when_the_tool_was_never_seen_only_what_is_certain_is_said()
    {
        var prefer = servers.Connection("reader", "pw");
        var pooled = PasswordGuardTests.ServerAt() with { Server = new("15.0", 15, null, false, false, null, Pooled: true) };

        Assert.Equal(new ToolConnection(ConnectionProtection.Unknown), await DumpAsync(prefer, server: pooled, seen: false));
        await using var unused = await servers.AsEngine().WatchAsync(prefer, PasswordGuardTests.ServerAt(), StandIn.Command(""), Token);
        Assert.Equal(new ToolConnection(ConnectionProtection.Unknown), unused.Connection);
    }

    [Theory]
    [InlineData("ALTER ROLE reader CONNECTION LIMIT 2")]
    [InlineData("ALTER DATABASE shop CONNECTION LIMIT 2")]
    public async Task The_look_takes_no_place_that_the_tool_may_need(string limit)
    {
        await servers.Tls.ExecuteAsync(limit);
        try
        {
            var connection = servers.Connection("reader", "pw");
            await using var watch = await servers
                .AsEngine()
                .WatchAsync(connection, PasswordGuardTests.ServerAt(), StandIn.Command(""), Token);
            await using var super = new NpgsqlConnection(servers.Tls.ConnectionString);
            await super.OpenAsync(Token);
            await using var open = new NpgsqlCommand("SELECT count(*) FROM pg_stat_activity WHERE usename = 'reader'", super);

            // A look that stays would stay for a minute; one that goes is gone when the server has noticed.
            await Until.TrueAsync(async () => (long)(await open.ExecuteScalarAsync(Token))! == 0, "nobody but the tool may be there");
        }
        finally
        {
            await servers.Tls.ExecuteAsync(limit.Replace("LIMIT 2", "LIMIT -1", StringComparison.Ordinal));
        }
    }

    private async Task<ToolConnection> DumpAsync(
        DatabaseConnection connection,
        Action<Dictionary<string, string>>? weaken = null,
        ConnectedServer? server = null,
        bool seen = true)
    {
        // It waits for a lock, as long as is needed to see it.
        await using var locker = await LockAsync(connection);
        var at = server ?? PasswordGuardTests.ServerAt();
        using var command = await servers
            .AsEngine()
            .PrepareDumpAsync(connection, at, DumpSelection.Everything, new(ArtifactKind.Database, connection.Database), Token);
        var environment = new Dictionary<string, string>(command.Environment);
        weaken?.Invoke(environment);
        await using var watch = await servers.AsEngine().WatchAsync(connection, at, command, Token);
        var told = watch.Connection;
        var dump = new DumpProcess(
            command with { Environment = environment, PrivateFolder = null },
            StandIn.Limits,
            TimeProvider.System).CopyToAsync(Stream.Null, Token);
        if (seen)
            await Until.TrueAsync(() => watch.Connection != told, "the tool is seen");
        await locker.DisposeAsync();
        await dump;
        return watch.Connection;
    }

    private async Task<NpgsqlConnection> LockAsync(DatabaseConnection connection)
    {
        var cluster = connection.Port == servers.Plain.Port ? servers.Plain : servers.Tls;
        var super = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = connection.Database }.ConnectionString);
        await super.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            "CREATE TABLE IF NOT EXISTS held (); BEGIN; LOCK TABLE held IN ACCESS EXCLUSIVE MODE", super);
        await command.ExecuteNonQueryAsync(Token);
        return super;
    }
}
