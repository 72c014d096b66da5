using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace BackupApp.Tests.Support;

/// <summary>A small PostgreSQL of its own on 127.0.0.1, for tests that need their own settings, certificates or login rules.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    public const string Superuser = "postgres";
    public const string SuperuserPassword = "super";

    private const int MostPorts = 3;

    private readonly string _folder;
    private readonly string _binaries;

    private bool _running;

    private TestCluster(string folder, string binaries, int port) => (_folder, _binaries, Port) = (folder, binaries, port);

    public int Port { get; private set; }

    /// <summary>The superuser's, over the private socket, past all login rules.</summary>
    public string ConnectionString => $"Host={_folder};Port={Port};Username={Superuser};Database=postgres;Pooling=false";

    /// <summary>For PostgreSQL's own tools, as superuser.</summary>
    public Dictionary<string, string> ToolEnvironment => new()
    {
        ["PGHOST"] = _folder,
        ["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["PGUSER"] = Superuser,
    };

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    /// <summary>Skips the test when PostgreSQL is not installed; fails it in CI.</summary>
    /// <param name="hba">Lines of pg_hba.conf for TCP; none lets nobody in.</param>
    /// <param name="files">Files beside postgresql.conf, for example certificates; private to the server.</param>
    public static async Task<TestCluster> StartAsync(
        string hba = "", string settings = "", IReadOnlyDictionary<string, string>? files = null, bool standby = false)
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-pg-").FullName;
        var cluster = new TestCluster(folder, FindBinaries(), FreePort());
        await RunAsync("chown", ["postgres", folder], asServer: false);
        await cluster.ServerToolAsync(
            "initdb", "-D", cluster.Data, "-U", Superuser, "-A", "trust", "--no-sync", "--encoding=UTF8", "--locale=C");
        await File.WriteAllTextAsync(Path.Combine(cluster.Data, "pg_hba.conf"), $"local all all trust\n{hba}\n");
        await cluster.ConfigureAsync(settings);
        foreach (var (name, text) in files ?? new Dictionary<string, string>())
            await cluster.AddFileAsync(name, text);
        if (standby)
            await cluster.AddFileAsync("standby.signal", "");
        await cluster.StartFirstAsync();
        return cluster;
    }

    /// <summary>
    /// A hot standby of this one, which must have the rule <c>local replication all trust</c>. It has everything when this returns.
    /// </summary>
    public async Task<TestCluster> StartStandbyAsync(string settings = "")
    {
        var standby = new TestCluster(Directory.CreateTempSubdirectory("backupapp-pg-").FullName, _binaries, FreePort());
        await RunAsync("chown", ["postgres", standby._folder], asServer: false);
        await ServerToolAsync(
            "pg_basebackup",
            "-D",
            standby.Data,
            "-h",
            _folder,
            "-p",
            $"{Port}",
            "-U",
            Superuser,
            "--write-recovery-conf",
            "--wal-method=stream",
            "--checkpoint=fast",
            "--no-sync");
        await standby.ConfigureAsync(settings);
        await standby.StartFirstAsync();
        return standby;
    }

    /// <summary>Lets the superuser in by TCP with <see cref="SuperuserPassword"/>, and nobody else.</summary>
    public static async Task<TestCluster> StartWithPasswordAsync(string settings = "")
    {
        var cluster = await StartAsync($"host all {Superuser} 127.0.0.1/32 scram-sha-256", settings);
        await cluster.ExecuteAsync($"ALTER ROLE {Superuser} PASSWORD '{SuperuserPassword}'");
        return cluster;
    }

    /// <summary>As if its power went: every session ends at once, in the middle of whatever it does.</summary>
    public async Task StopServerAsync()
    {
        await ServerToolAsync("pg_ctl", "-D", Data, "-m", "immediate", "-w", "-s", "stop");
        _running = false;
    }

    public async Task StartServerAsync()
    {
        await ServerToolAsync("pg_ctl", "-D", Data, "-l", Log, "-w", "-t", "30", "-s", "start");
        _running = true;
    }

    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database };
        await using var source = NpgsqlDataSource.Create(settings);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Whether the query finds anything.</summary>
    public async Task<bool> AnyAsync(string query, string database = "postgres")
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database });
        await using var command = source.CreateCommand($"SELECT EXISTS ({query})");
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_running)
            await StopServerAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static string FindBinaries()
    {
        const string root = "/usr/lib/postgresql";
        var found = Directory.Exists(root)
            ? Directory
                .GetDirectories(root)
                .Select(d => Path.Combine(d, "bin"))
                .Where(d => File.Exists(Path.Combine(d, "initdb")))
                .Order()
                .LastOrDefault()
            : null;
        if (found is null && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PostgreSQL's server is not installed.");
        return found ?? throw new InvalidOperationException("PostgreSQL's server is not installed.");
    }

    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    // Its port was free before its files were made; somebody else may have it by now.
    private async Task StartFirstAsync()
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await StartServerAsync();
                return;
            }
            catch (InvalidOperationException) when (tries < MostPorts && IsTaken())
            {
                Port = FreePort();
                await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), $"port = {Port}\n");
                File.Delete(Log);
            }
        }
    }

    private bool IsTaken() => File.Exists(Log) && File.ReadAllText(Log).Contains("Address already in use", StringComparison.Ordinal);

    // The last word on a setting counts.
    private Task ConfigureAsync(string settings) =>
        File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), string.Create(CultureInfo.InvariantCulture, $"""

            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = '{_folder}'
            fsync = off
            shared_buffers = 16MB
            {settings}

            """));

    private async Task AddFileAsync(string name, string text)
    {
        var path = Path.Combine(Data, name);
        await File.WriteAllTextAsync(path, text);
        await RunAsync("chmod", ["600", path], asServer: false); // The server refuses a key that others may read.
        await RunAsync("chown", ["postgres", path], asServer: false);
    }

    private Task ServerToolAsync(string tool, params string[] arguments) =>
        RunAsync(Path.Combine(_binaries, tool), arguments, asServer: true);

    private static async Task RunAsync(string program, string[] arguments, bool asServer)
    {
        var isRoot = Environment.UserName == "root";
        if (!isRoot && program == "chown")
            return; // Everything belongs to this user already.
        string[] prefix = isRoot && asServer ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program] : [program];
        var start = new ProcessStartInfo(prefix[0], [.. prefix.Skip(1), .. arguments])
        {
            WorkingDirectory = "/",
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}{await output}");
    }
}
