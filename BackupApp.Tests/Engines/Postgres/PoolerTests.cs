using System.Diagnostics;
using System.Globalization;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

[Collection(nameof(PostgresServers))]
public sealed class PoolerTests(PostgresServers servers)
{
    private const string Program = "/usr/sbin/pgbouncer";

    [Fact]
    public async Task A_pooler_is_recognised_and_the_direct_port_suggested()
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PgBouncer is not installed.");
        await using var pooler = await StartAsync();

        var result = await servers.TestAsync(servers.Connection("reader", "pw", port: pooler.Port));

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.True(result.Server!.Pooled);
        Assert.False(result.Server.Encrypted); // Towards the pooler, whatever it does behind.
        Assert.Contains("direct port", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_applications_own_database_is_refused_through_a_pooler_too()
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PgBouncer is not installed.");
        await using var pooler = await StartAsync();

        Assert.Equal(ConnectionTestCode.OwnDatabase, (await servers.TestAsync(servers.Connection("reader", "pw", port: pooler.Port, database: "own"))).Code);
    }

    private async Task<Pooler> StartAsync()
    {
        var pooler = new Pooler(servers.Tls.Port);
        await pooler.UntilReadyAsync();
        return pooler;
    }

    private sealed class Pooler : IAsyncDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-pool-").FullName;
        private readonly Process _process;

        public Pooler(int serverPort)
        {
            var config = Path.Combine(_folder, "pgbouncer.ini");
            File.WriteAllText(Path.Combine(_folder, "users.txt"), "\"reader\" \"pw\"\n");
            File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $"""
                [databases]
                * = host=127.0.0.1 port={serverPort}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {Port}
                unix_socket_dir =
                auth_type = md5
                auth_file = {_folder}/users.txt
                pool_mode = transaction
                """));
            var isRoot = Environment.UserName == "root"; // It refuses to be root, and takes "-u".
            string[] arguments = isRoot ? ["-q", "-u", "nobody", config] : ["-q", config];
            if (isRoot && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
            _process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true })!;
            _process.BeginErrorReadLine();
        }

        public int Port { get; } = TestCluster.FreePort();

        public async Task UntilReadyAsync()
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            while (await PostgresGreetings.AskAsync(System.Net.IPAddress.Loopback, Port, deadline.Token) == PostgresGreeting.Other)
                Assert.False(_process.HasExited, "PgBouncer did not start.");
        }

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
