using System.Diagnostics;
using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace BackupApp.Tests.Hosting;

public sealed class EmbeddedPostgresCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_killed_comes_back_with_all_data()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await EmbeddedFolder.FillAsync(first);
        folder.KillServer();
        first.Abandon();
        Assert.True(File.Exists(PostmasterFile.PathIn(folder.Cluster)));

        await using var second = await folder.StartAsync();
        await EmbeddedFolder.AssertFilledAsync(second);
    }

    [Fact]
    public async Task A_server_that_ended_by_itself_is_started_again()
    {
        await using var folder = new EmbeddedFolder();
        await using var app = await folder.StartAsync();
        await EmbeddedFolder.FillAsync(app);
        var first = folder.ServerId;

        folder.KillServer();

        await Until.TrueAsync(() => folder.ServerId is { } id && id != first, "another one runs", seconds: 60);
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await EmbeddedFolder.AssertFilledAsync(app);
                    return true;
                }
                catch (NpgsqlException)
                {
                    return false;
                }
            },
            "it has recovered",
            seconds: 60);
    }

    [Fact]
    public async Task A_session_that_outlives_a_killed_server_is_waited_for()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await EmbeddedFolder.FillAsync(first);
        await using var busy = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(first.ConnectionString) { Pooling = false }.ConnectionString);
        await busy.OpenAsync(Token);
        var session = busy.ProcessID;
        await using var command = new NpgsqlCommand("SELECT sum(i) FROM generate_series(1, 12000000) i", busy);
        var sum = command.ExecuteScalarAsync(Token);
        EmbeddedFolder.WaitUntil(() => File.ReadAllText($"/proc/{session}/cmdline").Contains("SELECT", StringComparison.Ordinal));

        EmbeddedFolder.Kill(folder.ServerId!.Value);
        first.Abandon();
        EmbeddedFolder.WaitUntil(() => folder.ServerId is null);
        Assert.True(EmbeddedFolder.IsAlive(session));

        await using var second = await folder.StartAsync();
        await EmbeddedFolder.AssertFilledAsync(second);
        Assert.False(EmbeddedFolder.IsAlive(session));
        Assert.NotNull(await Record.ExceptionAsync(async () => { await sum; await command.ExecuteScalarAsync(Token); }));
    }

    [Fact]
    public async Task The_app_alone_killed_leaves_a_server_that_the_next_start_adopts_and_stops()
    {
        await using var folder = new EmbeddedFolder();
        using var app = StartOtherApp(folder.Path);
        int server;
        try
        {
            await ReadUntilAsync(app.StandardOutput, "ready");
            server = folder.ServerId!.Value;
            var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
            Assert.Contains("Another BackupApp already uses", refused.Message);
        }
        finally
        {
            app.Kill();
            await app.WaitForExitAsync(CancellationToken.None);
        }

        Assert.True(EmbeddedFolder.IsAlive(server));
        await using (var adopting = await folder.StartAsync())
        {
            Assert.Equal(server, folder.ServerId);
            await EmbeddedFolder.AssertFilledAsync(adopting);
        }

        Assert.False(EmbeddedFolder.IsAlive(server));
        Assert.Null(folder.ServerId);
    }

    /// <summary>The other process of the test above; does nothing in an ordinary run.</summary>
    [Fact(Explicit = true)]
    public async Task An_app_that_waits_to_be_killed()
    {
        var path = Environment.GetEnvironmentVariable("EMBEDDED_TEST_FOLDER");
        Assert.SkipWhen(path is null, "Only run by another test.");
        var server = await EmbeddedPostgres.StartAsync(path!, user: null, NullLogger.Instance, Token);
        await EmbeddedFolder.FillAsync(server);
        await using var stream = Console.OpenStandardOutput();
        await stream.WriteAsync("\nready\n"u8.ToArray(), Token);
        await Task.Delay(Timeout.Infinite, Token);
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await EmbeddedFolder.FillAsync(first);
        var account = await folder.AccountAsync();
        folder.KillServer();
        first.Abandon();

        // PostgreSQL takes only processes of its own user seriously.
        using var stranger = account.IsOther
            ? Process.Start("setpriv", [$"--reuid={account.UserId}", $"--regid={account.GroupId}", "--clear-groups", "sleep", "600"])
            : Process.Start("sleep", ["600"]);
        try
        {
            foreach (var file in new[] { PostmasterFile.PathIn(folder.Cluster), Path.Combine(first.SocketDirectory, ".s.PGSQL.5432.lock") })
            {
                var lines = await File.ReadAllLinesAsync(file, Token);
                lines[0] = $"{stranger.Id}";
                await File.WriteAllLinesAsync(file, lines, Token);
            }

            await using var second = await folder.StartAsync();
            await EmbeddedFolder.AssertFilledAsync(second);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_cancelled_start_leaves_no_server_and_no_lock()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            EmbeddedPostgres.StartAsync(folder.Path, user: null, NullLogger.Instance, impatient.Token));
        Assert.Null(folder.ServerId);
        await (await folder.StartAsync()).DisposeAsync();
    }

    private static Process StartOtherApp(string path)
    {
        var dotnet = Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet");
        var start = new ProcessStartInfo(
            dotnet,
            [
                Path.Combine(AppContext.BaseDirectory, "BackupApp.Tests.dll"), "-explicit", "only", "-noLogo", "-noColor",
                "-method", $"{typeof(EmbeddedPostgresCrashTests).FullName}.{nameof(An_app_that_waits_to_be_killed)}",
            ])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["EMBEDDED_TEST_FOLDER"] = path;
        return Process.Start(start)!;
    }

    private static async Task ReadUntilAsync(StreamReader reader, string wanted)
    {
        var read = new List<string>();
        while (await reader.ReadLineAsync(Token) is { } line)
        {
            if (line == wanted)
                return;
            read.Add(line);
        }

        Assert.Fail($"The other process ended without '{wanted}':\n{string.Join('\n', read)}");
    }
}
