using System.Diagnostics;
using System.Globalization;
using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace BackupApp.Tests.Hosting;

/// <summary>A data directory for one test. Whatever server still runs in it at the end is killed, and everything is removed.</summary>
public sealed class EmbeddedFolder : IAsyncDisposable
{
    private readonly string _root = System.IO.Path.Combine("/tmp", $"embedded-{Guid.NewGuid():N}");

    public EmbeddedFolder(string name = "data")
    {
        if (PostgresBinaries.UsualFolders().All(folder => !File.Exists(System.IO.Path.Combine(folder, "initdb"))))
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, "PostgreSQL's server programs are not installed.");
            Assert.Fail("PostgreSQL's server programs are not installed.");
        }

        Directory.CreateDirectory(_root);
        File.SetUnixFileMode(
            _root,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute
                | UnixFileMode.OtherExecute);
        Path = System.IO.Path.Combine(_root, name);
    }

    public string Path { get; }

    public string Cluster => Combine("postgres");

    public int? ServerId => PostmasterFile.FindServer(Cluster)?.ProcessId;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public Task<EmbeddedPostgres> StartAsync() =>
        EmbeddedPostgres.StartAsync(Path, user: null, NullLogger.Instance, TestContext.Current.CancellationToken);

    internal Task<EmbeddedPostgres> StartAsync(ServerAccount account) =>
        EmbeddedPostgres.StartAsync(
            Path,
            PostgresBinaries.UsualFolders(),
            _ => Task.FromResult(account),
            NullLogger.Instance,
            TestContext.Current.CancellationToken);

    /// <summary>The user that the server runs as here.</summary>
    internal Task<ServerAccount> AccountAsync() => ServerAccount.ChooseAsync(Cluster, named: null, TestContext.Current.CancellationToken);

    public static async Task<object?> QueryAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    public static async Task FillAsync(EmbeddedPostgres server) => await QueryAsync(
        server.ConnectionString,
        "CREATE TABLE kept (id int PRIMARY KEY, text text); INSERT INTO kept SELECT i, md5(i::text) FROM generate_series(1, 20000) i");

    public static async Task AssertFilledAsync(EmbeddedPostgres server) => Assert.Equal(
        20000L, await QueryAsync(server.ConnectionString, "SELECT count(*) FROM kept WHERE text = md5(id::text)"));

    /// <summary>SIGKILL to the server and all its processes, as at a power cut.</summary>
    public void KillServer()
    {
        if (ServerId is not { } server)
            return;

        foreach (var id in (int[])[server, .. ChildrenOf(server)])
            Kill(id);
        WaitUntil(() => !IsAlive(server));
    }

    public static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (ArgumentException)
        {
            Assert.False(IsAlive(processId));
        }
    }

    public static bool IsAlive(int processId) =>
        Stat(processId) is { } stat && stat[0] is not ("Z" or "X");

    public static int ParentOf(int processId) => int.Parse(Stat(processId)![1], CultureInfo.InvariantCulture);

    public static int SessionOf(int processId) => int.Parse(Stat(processId)![3], CultureInfo.InvariantCulture);

    public static void WaitUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(30)), "It did not happen within 30 seconds.");

    public ValueTask DisposeAsync()
    {
        KillServer();
        if (PostmasterFile.FindServer(Cluster) is null && SocketFallback is { } fallback && Directory.Exists(fallback))
            Directory.Delete(fallback, recursive: true);
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The folder below /tmp, when the data directory's path cannot hold the socket.</summary>
    public string? SocketFallback { get; set; }

    private static IEnumerable<int> ChildrenOf(int parent) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let id = int.TryParse(System.IO.Path.GetFileName(folder), CultureInfo.InvariantCulture, out var number) ? number : 0
        where id > 0 && Stat(id) is { } stat && stat[1] == parent.ToString(CultureInfo.InvariantCulture)
        select id;

    /// <summary>State, parent, process group and session; null when there is no such process.</summary>
    private static string[]? Stat(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
