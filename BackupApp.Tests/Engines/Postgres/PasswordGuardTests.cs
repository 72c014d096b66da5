using System.Net;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>
/// Whoever answers at a source's address, and asks for the password in the clear, does not get it unless the certificate proves the server.
/// </summary>
[Collection(nameof(PostgresServers))]
public sealed class PasswordGuardTests(PostgresServers servers)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TlsMode.Disable, false)]
    [InlineData(TlsMode.Prefer, false)]
    [InlineData(TlsMode.Prefer, true)]
    [InlineData(TlsMode.Require, true)]
    public async Task Nobody_is_given_the_password_in_the_clear(TlsMode mode, bool offersTls)
    {
        using var thief = new PasswordThief(offersTls ? servers.ServerCertificate() : null);

        var result = await servers.TestAsync(servers.Connection("reader", "hush", port: thief.Port, mode: mode));

        Assert.Equal(ConnectionTestCode.AuthFailed, result.Code);
        Assert.Contains("in the clear", result.Message, StringComparison.Ordinal);
        Assert.Contains("verify-full", result.Advice, StringComparison.Ordinal);
        Assert.InRange(thief.Logins, 1, 10);
        Assert.Empty(thief.Stolen);
    }

    [Fact]
    public async Task A_server_that_proves_itself_may_ask_as_it_likes()
    {
        using var server = new PasswordThief(servers.ServerCertificate());

        await servers.TestAsync(
            servers.Connection(
                "reader",
                "hush",
                port: server.Port,
                mode: TlsMode.VerifyFull,
                host: "localhost",
                secrets: new(null, servers.AuthorityPem)));

        Assert.Equal(["hush"], server.Stolen.Distinct());
    }

    [Fact]
    public async Task A_server_that_lets_everybody_in_proves_nothing_either()
    {
        await using var trusting = await TestCluster.StartAsync("host all all 127.0.0.1/32 trust");

        var guarded = await servers.TestAsync(servers.Connection(cluster: trusting, password: "hush", database: "postgres"));
        var without = await servers.TestAsync(servers.Connection(cluster: trusting, password: null, database: "postgres"));

        Assert.Equal(ConnectionTestCode.AuthFailed, guarded.Code);
        Assert.Contains("without asking for the password", guarded.Message, StringComparison.Ordinal);
        Assert.True(without.Ok, without.Message);
    }

    [Theory]
    [InlineData("pg_dump: error: invalid require_auth value: \"no_such_method\"", 1, true)]
    [InlineData("pg_dump: error: invalid connection option \"require_auth\"", 1, false)]
    [InlineData("anything else", 1, false)]
    [InlineData("pg_dump: error: invalid require_auth value: \"no_such_method\"", 0, false)]
    public async Task A_library_that_can_refuse_is_known_by_its_own_words(string words, int exitCode, bool knows) =>
        Assert.Equal(knows, await PgLibrary.KnowsRequireAuthAsync(Tool("pg_dump", $"echo '{words}' >&2; exit {exitCode}"), Token));

    [Fact]
    public async Task Of_pg_dumpall_the_pg_dump_beside_it_is_asked() => Assert.True(await PgLibrary.KnowsRequireAuthAsync(
        Path.Combine(
            Path.GetDirectoryName(Tool("pg_dump", "echo 'pg_dump: error: invalid require_auth value: \"x\"' >&2; exit 1"))!,
            "pg_dumpall"),
        Token));

    [Fact]
    public async Task A_tool_that_is_not_there_or_hangs_cannot_refuse() =>
        Assert.False(await PgLibrary.KnowsRequireAuthAsync("/nonexistent/pg_dump", Token));

    [Fact]
    public async Task What_is_installed_here_answers_the_question_before_it_contacts_anything()
    {
        foreach (var client in new PgTools([]).Installed())
        {
            // From 16 on the tools need such a library; an older tool may well have a newer one.
            Assert.True(await PgLibrary.KnowsRequireAuthAsync(client.PgDump, Token) || client.Major < 16, client.Version);
            Assert.Equal(
                await PgLibrary.KnowsRequireAuthAsync(client.PgDump, Token),
                await PgLibrary.KnowsRequireAuthAsync(client.PgDumpAll, Token));
        }
    }

    [Theory]
    [InlineData("invalid connection option", false)]
    [InlineData("invalid require_auth value", true)]
    public async Task A_tool_that_could_not_refuse_is_not_started_where_somebody_asks_for_the_password_in_the_clear(
        string library, bool mayStart)
    {
        using var thief = new PasswordThief();
        var connection = servers.Connection("reader", "hush", port: thief.Port);
        var command = new ToolCommand(
            Tool("pg_dump", $"echo '{library}' >&2; exit 1"), [], new Dictionary<string, string>(), "pg_dump 15", [], null);

        var start = async () =>
        {
            await using var watch = await servers.AsEngine().WatchAsync(connection, ServerAt(), command, Token);
        };

        if (mayStart)
            await start();
        else
            Assert.Equal(ConnectionTestCode.AuthFailed, (await Assert.ThrowsAsync<ConnectException>(start)).Code);
        Assert.Empty(thief.Stolen);
    }

    internal static ConnectedServer ServerAt() => new(new("15.0", 15, null, false, false, null), IPAddress.Loopback);

    private static string Tool(string name, string script)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("backupapp-tool-").FullName, name);
        StandIn.Write(file, script);
        return file;
    }
}
