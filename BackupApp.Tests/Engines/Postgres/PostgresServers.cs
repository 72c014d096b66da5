using System.Globalization;
using System.Net;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>One set of servers for all classes that need them.</summary>
[CollectionDefinition(nameof(PostgresServers))]
public sealed class PostgresServersDefinition : ICollectionFixture<PostgresServers>;

/// <summary>Three real servers: one with TLS and many login rules, one without TLS, and one that is for ever starting up.</summary>
public sealed class PostgresServers : IAsyncLifetime
{
    public const string OddRole = """ro:l@e/% '"\ö""";
    public const string OddPassword = """p:a@s/s% '"\ß€🔑""";

    private const string TlsRules = """
        hostssl   all tls_only  127.0.0.1/32 scram-sha-256
        hostnossl all tls_only  127.0.0.1/32 reject
        hostnossl all plain_only 127.0.0.1/32 scram-sha-256
        hostssl   all by_cert   127.0.0.1/32 cert
        host      all unruled   127.0.0.1/32 reject
        host      all +welcome  127.0.0.1/32 scram-sha-256
        host      all postgres  127.0.0.1/32 scram-sha-256
        """;

    private const string Roles = """
        ALTER ROLE postgres PASSWORD 'super';
        CREATE ROLE welcome NOLOGIN;
        CREATE ROLE tls_only LOGIN PASSWORD 'pw';
        CREATE ROLE plain_only LOGIN PASSWORD 'pw';
        CREATE ROLE by_cert LOGIN;
        CREATE ROLE unruled LOGIN PASSWORD 'pw';
        CREATE ROLE stranger LOGIN PASSWORD 'pw';
        CREATE ROLE reader LOGIN PASSWORD 'pw' IN ROLE welcome, pg_read_all_data;
        CREATE ROLE crowded LOGIN PASSWORD 'pw' CONNECTION LIMIT 0 IN ROLE welcome;
        CREATE ROLE poor LOGIN PASSWORD 'pw' IN ROLE welcome;
        """;

    private readonly TestCertificates _certificates = new();
    private readonly DirectoryInfo _tools = Directory.CreateTempSubdirectory("backupapp-tools-");

    public TestCluster Tls { get; private set; } = null!;

    public TestCluster Plain { get; private set; } = null!;

    public TestCluster Starting { get; private set; } = null!;

    public string AuthorityPem => _certificates.AuthorityPem;

    public string OtherAuthorityPem { get; } = new TestCertificates().AuthorityPem;

    public (string Certificate, string Key) ClientCertificate(string role) => _certificates.Issue(role);

    public (string Certificate, string Key) ServerCertificate() => _certificates.Issue("server", "localhost");

    public (string Certificate, string Key) ExpiredCertificate() =>
        _certificates.Issue("localhost", "localhost", IPAddress.Loopback, expired: true);

    public async ValueTask InitializeAsync()
    {
        var (certificate, key) = _certificates.Issue("server", "localhost");
        var files = new Dictionary<string, string> { ["server.crt"] = certificate, ["server.key"] = key, ["ca.crt"] = AuthorityPem };
        var tls = TestCluster.StartAsync(TlsRules, "ssl = on\nssl_ca_file = 'ca.crt'", files);
        var plain = TestCluster.StartAsync("host all all 127.0.0.1/32 scram-sha-256");
        var starting = TestCluster.StartAsync("host all all 127.0.0.1/32 trust", "hot_standby = off", standby: true);
        (Tls, Plain, Starting) = (await tls, await plain, await starting);

        await Tls.ExecuteAsync(Roles);
        await Tls.ExecuteAsync(
            $"CREATE ROLE {Quote(OddRole)} LOGIN PASSWORD '{OddPassword.Replace("'", "''", StringComparison.Ordinal)}' IN ROLE welcome");
        await Tls.ExecuteAsync("CREATE DATABASE own");
        await Tls.ExecuteAsync("CREATE DATABASE shop");
        await Tls.ExecuteAsync($"CREATE DATABASE {Quote(OddRole)}");
        await Plain.ExecuteAsync("ALTER ROLE postgres PASSWORD 'super'");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cluster in new[] { Tls, Plain, Starting })
        {
            if (cluster is not null)
                await cluster.DisposeAsync();
        }

        _certificates.Dispose();
        _tools.Delete(recursive: true);
    }

    public DatabaseConnection Connection(
        string role = TestCluster.Superuser,
        string? password = TestCluster.SuperuserPassword,
        TestCluster? cluster = null,
        string database = "shop",
        TlsMode mode = TlsMode.Prefer, string host = "127.0.0.1", int? port = null, ConnectionSecrets? secrets = null) =>
        new(Engine.Postgres, host, port ?? (cluster ?? Tls).Port, database, role, mode, new Dictionary<string, string>(),
            (secrets ?? new ConnectionSecrets(null)) with { Password = password });

    public static PostgresConnector Connector(bool inContainer = false) =>
        new(Options.Create(new NetworkOptions { RunningInContainer = inContainer }));

    public PostgresLogin Login(bool inContainer = false, int newest = 99) =>
        new(Connector(inContainer), Tools(newest), Own);

    private OwnDatabaseProbe Own => new(OpenOwnAsync);

    public PostgresEngine AsEngine()
    {
        var (connector, login) = (Connector(), Login());
        var databases = new PostgresDatabases(connector, Own);
        var test = new PostgresConnectionTest(
            connector, login, new PostgresServerTest(login, databases, TimeProvider.System), TimeProvider.System);
        var dump = new PgDump(new PgTools([]), databases, Path.GetTempPath(), PgDump.DefaultLockWait);
        return new(test, new PostgresConnectStage(login, TimeProvider.System), dump, databases, connector, TimeProvider.System);
    }

    public Task<ConnectionTestResult> TestAsync(
        DatabaseConnection connection, bool inContainer = false, int newest = 99, DumpSelection? selection = null)
    {
        var (connector, login) = (Connector(inContainer), Login(inContainer, newest));
        var wholeServer = new PostgresServerTest(login, new PostgresDatabases(connector, Own), TimeProvider.System);
        return new PostgresConnectionTest(connector, login, wholeServer, TimeProvider.System)
            .TestAsync(connection, selection ?? DumpSelection.Everything, TestContext.Current.CancellationToken);
    }

    public static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private async Task<NpgsqlConnection> OpenOwnAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Tls.ConnectionString) { Database = "own" }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    // A machine whose only client is of this version.
    private PgTools Tools(int newest)
    {
        var version = newest.ToString(CultureInfo.InvariantCulture);
        var folder = StandIn.Install(Path.Combine(_tools.FullName, version), "pg_dump", $"pg_dump (PostgreSQL) {version}.0");
        return new PgTools([folder], searchesUsualPlaces: false);
    }
}
