using System.Net;
using System.Security.Cryptography.X509Certificates;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Mongo.Restores;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>What goes wrong before a login, with the real driver's way in. Logins need a real server; see MongoServerTests.</summary>
public sealed class MongoConnectionTestTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly DirectoryInfo _tools = Directory.CreateTempSubdirectory("backupapp-mongo-");

    [Fact]
    public async Task A_closed_port_is_told_at_once()
    {
        var result = await TestAsync("mongodb://u:p@127.0.0.1:1/d");

        Expect(result, ConnectionTestCode.NetworkUnreachable, "Nothing listens at 127.0.0.1 port 1.", "net.bindIp");
        Assert.InRange(result.Latency, TimeSpan.Zero, TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task A_closed_port_of_a_container_suggests_the_machine_around_it() =>
        Expect(
            await TestAsync("mongodb://u:p@localhost:1/d", inContainer: true),
            ConnectionTestCode.NetworkUnreachable,
            "Nothing listens",
            "host.docker.internal");

    [Fact]
    public async Task A_black_hole_is_a_timeout()
    {
        using var hole = new BlackHole();

        var result = await TestAsync($"mongodb://u:p@127.0.0.1:{hole.Port}/d");

        Expect(result, ConnectionTestCode.Timeout, "did not answer within 5 s", "firewall");
        Assert.InRange(result.Latency, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_named() =>
        Expect(
            await TestAsync("mongodb://u:p@db.invalid/d"),
            ConnectionTestCode.NetworkUnreachable,
            "db.invalid cannot be resolved",
            "spelling");

    [Theory]
    [InlineData("mongodb://u:p@169.254.169.254/d")]
    [InlineData("mongodb://u:p@127.0.0.1:1,[fe80::1]/d")]
    public async Task Link_local_hosts_are_refused_wherever_they_stand(string uri) =>
        Expect(await TestAsync(uri), ConnectionTestCode.InvalidUri, "link-local", "AllowLinkLocal");

    [Fact]
    public async Task Something_else_that_answers_is_not_taken_for_a_server()
    {
        using var server = new StandInServer("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d"),
            ConnectionTestCode.ServerError,
            "is not a MongoDB server",
            "host and port");
    }

    [Fact]
    public async Task A_server_without_tls_is_told_from_one_that_is_away()
    {
        using var server = new MongoGreeter(null);

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?tls=true"),
            ConnectionTestCode.TlsError,
            "does not offer TLS",
            "tls=false");
    }

    [Fact]
    public async Task A_server_that_wants_tls_says_so()
    {
        using var server = new MongoGreeter(Certificate(IPAddress.Loopback));

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d"),
            ConnectionTestCode.TlsError,
            "only encrypted connections",
            "tls=true");
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_a_tls_error_and_not_a_timeout()
    {
        using var server = new MongoGreeter(Certificate(IPAddress.Loopback));

        var result = await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?tls=true");

        Expect(result, ConnectionTestCode.TlsError, "self-signed or comes from an authority", "CA certificate");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using var server = new MongoGreeter(Certificate(IPAddress.Parse("192.0.2.1")));

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?tls=true", _certificates.AuthorityPem),
            ConnectionTestCode.TlsError,
            "not made out to 127.0.0.1",
            "name");
    }

    [Fact]
    public async Task A_server_older_than_the_driver_is_named_so()
    {
        using var server = new MongoGreeter(Certificate(IPAddress.Loopback), maxWireVersion: 8);

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?tls=true", _certificates.AuthorityPem),
            ConnectionTestCode.ServerVersionUnsupported,
            "older than MongoDB 4.4",
            "Upgrade");
    }

    [Fact]
    public async Task Without_mongodump_the_test_says_what_to_install()
    {
        using var server = new MongoGreeter(null);

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d", hasTool: false),
            ConnectionTestCode.ServerVersionUnsupported,
            "No mongodump",
            "mongodb-database-tools");
    }

    [Fact]
    public async Task Another_replica_set_than_asked_for_is_named()
    {
        using var server = new MongoGreeter(null, replicaSet: "rs1");

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?replicaSet=rs0"),
            ConnectionTestCode.InvalidUri,
            "\"rs1\", not \"rs0\"",
            "replicaSet");
    }

    [Fact]
    public async Task A_replica_set_may_not_lead_to_a_link_local_host()
    {
        using var server = new MongoGreeter(null, replicaSet: "rs0", member: "169.254.169.254:27017");

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:{server.Port}/d?replicaSet=rs0"),
            ConnectionTestCode.InvalidUri,
            "link-local",
            "AllowLinkLocal");
    }

    [Fact]
    public async Task One_member_that_answers_is_enough_to_go_on()
    {
        using var server = new MongoGreeter(null, replicaSet: "rs1");

        Expect(
            await TestAsync($"mongodb://u:p@127.0.0.1:1,127.0.0.1:{server.Port}/d?replicaSet=rs0"),
            ConnectionTestCode.InvalidUri,
            "\"rs1\"",
            "");
    }

    [Theory]
    [InlineData("mongodb://u@127.0.0.1:1/d", "No password is stored")]
    [InlineData("mongodb://127.0.0.1:1/d?authMechanism=MONGODB-X509&tls=true", "by client certificate")]
    public async Task A_login_without_its_secret_is_not_tried(string uri, string message) =>
        Expect(await TestAsync(uri), ConnectionTestCode.NoCredentials, message, "");

    [Fact]
    public async Task A_backup_has_patience_with_a_server_that_is_away_and_none_with_a_wrong_certificate()
    {
        using var server = new MongoGreeter(Certificate(IPAddress.Loopback));
        var watch = new AwakeWatch();

        var e = await Assert.ThrowsAsync<ConnectException>(() => Engine().ConnectAsync(
            MongoUri.Parse($"mongodb://u:p@127.0.0.1:{server.Port}/d?tls=true").Connection!,
            DumpSelection.Everything,
            TestContext.Current.CancellationToken));

        Assert.Equal((ConnectionTestCode.TlsError, false), (e.Code, e.Transient));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, ConnectPatience.Limit / 2);
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _tools.Delete(recursive: true);
    }

    private X509Certificate2 Certificate(IPAddress address)
    {
        var (certificate, key) = _certificates.Issue("mongo", address: address);
        return X509Certificate2.CreateFromPem(certificate, key);
    }

    private static void Expect(ConnectionTestResult result, ConnectionTestCode code, string message, string advice)
    {
        Assert.Equal(code, result.Code);
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
        Assert.Contains(advice, result.Advice ?? "", StringComparison.Ordinal);
    }

    private Task<ConnectionTestResult> TestAsync(string uri, string? authority = null, bool inContainer = false, bool hasTool = true)
    {
        var connection = MongoUri.Parse(uri).Connection!;
        return Engine(inContainer, hasTool).TestAsync(
            connection with
            {
                Secrets = connection.Secrets with { CaCertificatePem = authority },
            },
            DumpSelection.Everything,
            TestContext.Current.CancellationToken);
    }

    private MongoEngine Engine(bool inContainer = false, bool hasTool = true)
    {
        var network = Options.Create(new NetworkOptions { RunningInContainer = inContainer });
        var tools = new MongoTools(
            hasTool ? [StandIn.Install(_tools.FullName, "mongodump", "mongodump version: 100.0")] : [],
            searchesUsualPlaces: false);
        var connector = new MongoConnector(network, tools);
        var restore = new MongoRestore(connector, new MongoRestoreTool(tools, Path.GetTempPath()), network, TimeProvider.System);
        return new(connector, new MongoDump(tools, Path.GetTempPath()), restore, network, TimeProvider.System);
    }

}
