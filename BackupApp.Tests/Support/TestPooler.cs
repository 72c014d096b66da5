using System.Diagnostics;
using System.Globalization;
using System.Net;
using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.Support;

/// <summary>A real PgBouncer before a server, for one login.</summary>
public sealed class TestPooler : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-pool-").FullName;
    private readonly string _user;
    private readonly string _password;
    private readonly Process _process;
    private Process? _load;

    private TestPooler(int serverPort, string user, string password, string mode, int size)
    {
        (_user, _password) = (user, password);
        var config = Path.Combine(_folder, "pgbouncer.ini");
        File.WriteAllText(Path.Combine(_folder, "users.txt"), $"\"{user}\" \"{password}\"\n");
        File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $"""
            [databases]
            * = host=127.0.0.1 port={serverPort}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            auth_type = md5
            auth_file = {_folder}/users.txt
            pool_mode = {mode}
            default_pool_size = {size}
            ignore_startup_parameters = extra_float_digits
            """));
        var isRoot = Environment.UserName == "root"; // It refuses to be root, and takes "-u".
        string[] arguments = isRoot ? ["-q", "-u", "nobody", config] : ["-q", config];
        if (isRoot && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_101_101);
        _process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardError = true })!;
        _process.BeginErrorReadLine();
    }

    public int Port { get; } = TestCluster.FreePort();

    /// <summary>Skips the test where PgBouncer is not installed; fails it in CI.</summary>
    /// <param name="mode">As PgBouncer calls it.</param>
    /// <param name="size">Server connections for each login and database.</param>
    public static async Task<TestPooler> StartAsync(
        int serverPort, string user, string password, string mode = "transaction", int size = 20)
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("CI") is null)
            Assert.Skip("PgBouncer is not installed.");
        var pooler = new TestPooler(serverPort, user, password, mode, size);
        await Until.TrueAsync(pooler.AnswersAsync, "PgBouncer answers");
        return pooler;
    }

    /// <summary>
    /// Eight clients that ask one question after the other until the pooler goes; questions that wait, so that others have the cores.
    /// </summary>
    public void Load(string database)
    {
        var script = Path.Combine(_folder, "load.sql");
        File.WriteAllText(script, "SELECT pg_sleep(0.005);\n");
        var start = new ProcessStartInfo(Path.Combine(TestCluster.FindBinaries(), "pgbench"))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment = { ["PGPASSWORD"] = _password },
            ArgumentList = { "-n", "-f", script, "-c", "8", "-T", "120", "-h", "127.0.0.1", "-p", $"{Port}", "-U", _user, database },
        };
        _load = Process.Start(start)!;
        _load.BeginErrorReadLine();
        _load.BeginOutputReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _load, _process }.OfType<Process>())
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        Assert.False(_process.HasExited, "PgBouncer did not start.");
        return await PostgresGreetings.AskAsync(IPAddress.Loopback, Port, TestContext.Current.CancellationToken) != PostgresGreeting.Other;
    }
}
