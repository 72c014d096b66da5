using System.Diagnostics;
using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace BackupApp.Tests.Hosting;

public sealed class EmbeddedPostgresTests(ITestOutputHelper output)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task First_start_makes_a_database_and_a_restart_keeps_its_data()
    {
        await using var folder = new EmbeddedFolder();
        var clock = Stopwatch.StartNew();
        await using (var first = await folder.StartAsync())
        {
            output.WriteLine($"first start {clock.ElapsedMilliseconds} ms");
            await FillAsync(first);
            clock.Restart();
        }

        output.WriteLine($"stop {clock.ElapsedMilliseconds} ms");
        Assert.Null(folder.ServerId);
        Assert.Contains("Database cluster state:               shut down\n", await ControlDataAsync(folder));

        clock.Restart();
        await using var second = await folder.StartAsync();
        output.WriteLine($"restart {clock.ElapsedMilliseconds} ms");
        await AssertFilledAsync(second);
    }

    [Fact]
    public async Task Settings_are_durable_small_and_UTF8()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        foreach (var (setting, value) in new[]
        {
            ("server_encoding", "UTF8"), ("data_checksums", "on"), ("fsync", "on"), ("synchronous_commit", "on"), ("shared_buffers", "64MB"),
            ("max_wal_size", "256MB"), ("TimeZone", "UTC"), ("unix_socket_permissions", "0700"), ("dynamic_shared_memory_type", "mmap"),
        })
            Assert.Equal(value, await EmbeddedFolder.QueryAsync(server.ConnectionString, $"SHOW {setting}"));

        Assert.True(int.Parse((string)(await EmbeddedFolder.QueryAsync(server.ConnectionString, "SHOW max_connections"))!, null) >= 100);
        Assert.Equal("ä", await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT lower('Ä')"));
        Assert.Equal(false, await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"));
        Assert.Equal("backupapp", await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()"));
        Assert.Equal(50, new NpgsqlConnectionStringBuilder(server.ConnectionString).MaxPoolSize);
    }

    [Fact]
    public async Task Entity_Framework_and_Hangfire_work_with_the_connection_string()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        var rebuilt = new NpgsqlConnectionStringBuilder(server.ConnectionString).ConnectionString;

        await using var context = new DbContext(new DbContextOptionsBuilder().UseNpgsql(rebuilt).Options);
        Assert.True(await context.Database.CanConnectAsync(Token));
        await context.Database.ExecuteSqlRawAsync("CREATE TABLE made_by_ef (id int)", Token);

        var options = new PostgreSqlStorageOptions();
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(rebuilt, options), options);
        Assert.Equal(0, storage.GetMonitoringApi().GetStatistics().Enqueued);
    }

    [Fact]
    public async Task Everything_killed_comes_back_with_all_data()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await FillAsync(first);
        folder.KillServer();
        first.Abandon();
        Assert.True(File.Exists(PostmasterFile.PathIn(folder.Cluster)));

        await using var second = await folder.StartAsync();
        await AssertFilledAsync(second);
    }

    [Fact]
    public async Task A_session_that_outlives_a_killed_server_is_waited_for()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await FillAsync(first);
        await using var busy = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(first.ConnectionString) { Pooling = false }.ConnectionString);
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
        await AssertFilledAsync(second);
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
            await AssertFilledAsync(adopting);
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
        var server = await EmbeddedPostgres.StartAsync(path!, NullLogger.Instance, Token);
        await FillAsync(server);
        await using var stream = Console.OpenStandardOutput();
        await stream.WriteAsync("\nready\n"u8.ToArray(), Token);
        await Task.Delay(Timeout.Infinite, Token);
    }

    [Fact]
    public async Task A_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start()
    {
        await using var folder = new EmbeddedFolder();
        var first = await folder.StartAsync();
        await FillAsync(first);
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
            await AssertFilledAsync(second);
            Assert.False(stranger.HasExited);
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Fact]
    public async Task A_half_made_database_is_made_again()
    {
        await using var folder = new EmbeddedFolder();
        Directory.CreateDirectory(folder.Combine("postgres.new/cluster/base"));
        await File.WriteAllTextAsync(folder.Combine("postgres.new/cluster/PG_VERSION"), "15\n", Token);
        await using var server = await folder.StartAsync();
        await FillAsync(server);
        Assert.False(Directory.Exists(folder.Combine("postgres.new")));
    }

    [Fact]
    public async Task A_second_app_on_the_same_folder_is_refused_by_name()
    {
        await using var folder = new EmbeddedFolder();
        await using var first = await folder.StartAsync();
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
        Assert.Contains($"Another BackupApp already uses the data directory {folder.Path}.", refused.Message);
        Assert.Equal(1, await EmbeddedFolder.QueryAsync(first.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_database_of_another_major_version_is_left_alone()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Cluster, "PG_VERSION"), "12\n", Token);
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
        Assert.Contains("made by PostgreSQL 12", refused.Message);
        Assert.Contains("apt-get install postgresql-12", refused.Message);
    }

    [Fact]
    public async Task A_machine_without_PostgreSQL_is_told_what_to_install()
    {
        await using var folder = new EmbeddedFolder();
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(folder.Path, ["/nowhere", "/usr/bin"], account: null, NullLogger.Instance, Token));
        Assert.Contains("apt-get install postgresql", refused.Message);
        Assert.Contains("ConnectionStrings__BackupApp", refused.Message);
    }

    [Fact]
    public async Task A_failed_start_shows_the_end_of_the_log_and_frees_the_folder()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        File.Delete(Path.Combine(folder.Cluster, "global", "pg_control"));
        for (var attempt = 0; attempt < 2; attempt++)
            Assert.Contains("global/pg_control", (await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync)).Message);
    }

    [Fact]
    public async Task A_cancelled_start_leaves_no_server_and_no_lock()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(60));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EmbeddedPostgres.StartAsync(folder.Path, NullLogger.Instance, impatient.Token));
        Assert.Null(folder.ServerId);
        await (await folder.StartAsync()).DisposeAsync();
    }

    [Fact]
    public async Task A_lost_password_file_is_named()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        File.Delete(folder.Combine("postgres.password"));
        Assert.Contains(folder.Combine("postgres.password"), (await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync)).Message);
    }

    private static Process StartOtherApp(string path)
    {
        var dotnet = Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet");
        var start = new ProcessStartInfo(
            dotnet,
            [
                Path.Combine(AppContext.BaseDirectory, "BackupApp.Tests.dll"), "-explicit", "only", "-noLogo", "-noColor",
                "-method", $"{typeof(EmbeddedPostgresTests).FullName}.{nameof(An_app_that_waits_to_be_killed)}",
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

    private static async Task FillAsync(EmbeddedPostgres server) => await EmbeddedFolder.QueryAsync(
        server.ConnectionString, "CREATE TABLE kept (id int PRIMARY KEY, text text); INSERT INTO kept SELECT i, md5(i::text) FROM generate_series(1, 20000) i");

    private static async Task AssertFilledAsync(EmbeddedPostgres server) => Assert.Equal(
        20000L, await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT count(*) FROM kept WHERE text = md5(id::text)"));

    private static async Task<string> ControlDataAsync(EmbeddedFolder folder)
    {
        var newest = (await PostgresBinaries.FindAsync(PostgresBinaries.UsualFolders(), Token))[0];
        return await ServerProgram.DemandAsync(Path.Combine(newest.Folder, "pg_controldata"), [folder.Cluster], Token);
    }
}
