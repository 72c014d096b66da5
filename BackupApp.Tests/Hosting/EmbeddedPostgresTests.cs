using System.Diagnostics;
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
            await EmbeddedFolder.FillAsync(first);
            clock.Restart();
        }

        output.WriteLine($"stop {clock.ElapsedMilliseconds} ms");
        Assert.Null(folder.ServerId);
        Assert.Contains("Database cluster state:               shut down\n", await ControlDataAsync(folder));

        clock.Restart();
        await using var second = await folder.StartAsync();
        output.WriteLine($"restart {clock.ElapsedMilliseconds} ms");
        await EmbeddedFolder.AssertFilledAsync(second);
    }

    [Fact]
    public async Task Settings_are_durable_small_and_UTF8()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        foreach (var (setting, value) in new[]
        {
            ("server_encoding", "UTF8"),
            ("data_checksums", "on"),
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("shared_buffers", "64MB"),
            ("max_wal_size", "256MB"), ("TimeZone", "UTC"), ("unix_socket_permissions", "0700"), ("dynamic_shared_memory_type", "mmap"),
        })
            Assert.Equal(value, await EmbeddedFolder.QueryAsync(server.ConnectionString, $"SHOW {setting}"));

        Assert.True(int.Parse((string)(await EmbeddedFolder.QueryAsync(server.ConnectionString, "SHOW max_connections"))!, null) >= 100);
        Assert.Equal("ä", await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT lower('Ä')"));
        Assert.Equal(
            false,
            await EmbeddedFolder.QueryAsync(
                server.ConnectionString,
                "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"));
        Assert.Equal(
            "backupapp",
            await EmbeddedFolder.QueryAsync(
                server.ConnectionString,
                "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = current_database()"));
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
    public async Task A_half_made_database_is_made_again()
    {
        await using var folder = new EmbeddedFolder();
        Directory.CreateDirectory(folder.Combine("postgres.new/cluster/base"));
        await File.WriteAllTextAsync(folder.Combine("postgres.new/cluster/PG_VERSION"), "15\n", Token);
        await using var server = await folder.StartAsync();
        await EmbeddedFolder.FillAsync(server);
        Assert.False(Directory.Exists(folder.Combine("postgres.new")));
    }

    private static async Task<string> ControlDataAsync(EmbeddedFolder folder)
    {
        var newest = (await PostgresBinaries.FindAsync(PostgresBinaries.UsualFolders(), Token))[0];
        return await ServerProgram.DemandAsync(Path.Combine(newest.Folder, "pg_controldata"), [folder.Cluster], Token);
    }
}
