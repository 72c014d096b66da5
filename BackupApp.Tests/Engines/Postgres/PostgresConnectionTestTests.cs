using System.Net;
using System.Net.Sockets;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

[Collection(nameof(PostgresServers))]
public sealed class PostgresConnectionTestTests(PostgresServers servers)
{
    [Fact]
    public async Task A_good_login_tells_version_size_and_encryption()
    {
        var result = await servers.TestAsync(servers.Connection());

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Matches(@"^\d+\.\d+", result.Server!.Version);
        Assert.StartsWith(
            result.Server.Major.ToString(System.Globalization.CultureInfo.InvariantCulture),
            result.Server.Version,
            StringComparison.Ordinal);
        Assert.True(result.Server.DatabaseSize > 1_000_000);
        Assert.Equal(
            (true, false, "TLSv1.3", false),
            (result.Server.Encrypted, result.Server.Verified, result.Server.TlsProtocol, result.Server.Pooled));
        Assert.InRange(result.Latency, TimeSpan.FromTicks(1), PostgresConnectionTest.LoginLimit);
    }

    [Fact]
    public async Task Roles_databases_and_passwords_may_hold_any_character()
    {
        var result = await servers.TestAsync(
            servers.Connection(PostgresServers.OddRole, PostgresServers.OddPassword, database: PostgresServers.OddRole));

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
    }

    [Theory]
    [InlineData("reader", "wrong!secret", "password of \"reader\"")]
    [InlineData("reader", "", "asks for a password")]
    [InlineData("unruled", "wrong!secret", "rules do not let \"unruled\"")]
    [InlineData("stranger", "wrong!secret", "rules do not let \"stranger\"")]
    public async Task A_refused_login_says_whether_the_password_or_the_rules_refused(string role, string password, string part)
    {
        var result = await servers.TestAsync(servers.Connection(role, password));

        AssertFailed(result, ConnectionTestCode.AuthFailed, part);
        Assert.DoesNotContain("secret", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_database_is_told_with_those_that_exist()
    {
        var result = await servers.TestAsync(servers.Connection(database: "Shop"));

        AssertFailed(result, ConnectionTestCode.DatabaseNotFound, "\"Shop\"");
        Assert.Contains("own, postgres, ", result.Advice, StringComparison.Ordinal);
        Assert.Contains("shop", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_unreachable()
    {
        var result = await servers.TestAsync(servers.Connection(port: TestCluster.FreePort()));

        AssertFailed(result, ConnectionTestCode.NetworkUnreachable, "Nothing listens");
        Assert.DoesNotContain("docker", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_on_loopback_in_a_container_suggests_the_host_outside()
    {
        var result = await servers.TestAsync(servers.Connection(port: TestCluster.FreePort(), host: "localhost"), inContainer: true);

        Assert.Contains("host.docker.internal", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_name_is_unreachable()
    {
        var result = await servers.TestAsync(servers.Connection(host: "no-such-host.invalid"));

        AssertFailed(result, ConnectionTestCode.NetworkUnreachable, "cannot be resolved");
    }

    [Fact]
    public async Task A_black_hole_is_a_timeout_after_five_seconds()
    {
        using var hole = new BlackHole();
        var watch = new AwakeWatch();

        var result = await servers.TestAsync(servers.Connection(port: hole.Port));

        AssertFailed(result, ConnectionTestCode.Timeout, "within 5 s");
        Assert.InRange(result.Latency, TimeSpan.FromSeconds(4.5), TimeSpan.MaxValue);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(7));
    }

    [Fact]
    public async Task A_server_that_accepts_and_stays_silent_is_a_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var result = await servers.TestAsync(servers.Connection(port: ((IPEndPoint)silent.LocalEndpoint).Port));

        AssertFailed(result, ConnectionTestCode.Timeout, "within 5 s");
    }

    [Fact]
    public async Task Something_that_is_no_postgres_server_is_a_server_error()
    {
        using var web = new StandInServer("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        foreach (var mode in new[] { TlsMode.Disable, TlsMode.Prefer, TlsMode.VerifyFull })
        {
            var result = await servers.TestAsync(servers.Connection(port: web.Port, mode: mode));
            AssertFailed(result, ConnectionTestCode.ServerError, "not a PostgreSQL server, or it closed the connection.");
        }
    }

    [Fact]
    public async Task An_ipv6_address_is_contacted_as_one()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        using var web = new StandInServer("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), address: IPAddress.IPv6Loopback);

        AssertFailed(
            await servers.TestAsync(servers.Connection(host: "::1", port: web.Port)),
            ConnectionTestCode.ServerError,
            "not a PostgreSQL server");
    }

    [Fact]
    public async Task Metadata_addresses_and_other_hosts_we_refuse_are_not_contacted()
    {
        AssertFailed(
            await servers.TestAsync(servers.Connection(host: "169.254.169.254")),
            ConnectionTestCode.InvalidUri,
            "169.254.169.254");
        AssertFailed(
            await servers.TestAsync(servers.Connection(host: "/var/run/postgresql")),
            ConnectionTestCode.InvalidUri,
            "Socket paths");
    }

    [Fact]
    public async Task A_full_server_and_one_that_is_starting_are_server_errors()
    {
        AssertFailed(await servers.TestAsync(servers.Connection("crowded", "pw")), ConnectionTestCode.ServerError, "no free connection");
        AssertFailed(await servers.TestAsync(servers.Connection(cluster: servers.Starting)), ConnectionTestCode.ServerError, "starting up");
    }

    [Fact]
    public async Task A_server_newer_than_the_tools_is_named_with_what_to_install()
    {
        var result = await servers.TestAsync(servers.Connection(), newest: 9);

        AssertFailed(result, ConnectionTestCode.ServerVersionUnsupported, "installed: pg_dump 9");
        Assert.Contains("postgresql-client-", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_applications_own_database_is_refused_and_its_neighbours_are_not()
    {
        AssertFailed(
            await servers.TestAsync(servers.Connection(database: "own", host: "localhost")),
            ConnectionTestCode.OwnDatabase,
            "keeps its own data");
        Assert.True((await servers.TestAsync(servers.Connection(database: "postgres"))).Ok);
        Assert.True((await servers.TestAsync(servers.Connection(database: "postgres", cluster: servers.Plain))).Ok);
    }

    [Fact]
    public async Task A_state_that_target_session_attrs_does_not_ask_for_is_a_server_error()
    {
        var connection = servers.Connection() with { Parameters = new Dictionary<string, string> { ["target_session_attrs"] = "standby" } };

        AssertFailed(await servers.TestAsync(connection), ConnectionTestCode.ServerError, "asks for standby");
    }

    private static void AssertFailed(ConnectionTestResult result, ConnectionTestCode code, string part)
    {
        Assert.True(code == result.Code, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Contains(part, result.Message, StringComparison.Ordinal);
        Assert.NotEmpty(result.Advice!);
    }
}
