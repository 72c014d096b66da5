using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Hosting;

public sealed class EmbeddedPostgresErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_by_root_a_folder_that_the_server_s_user_cannot_reach_is_named()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");
        await using var folder = new EmbeddedFolder("closed/data");
        var closed = Path.GetDirectoryName(folder.Path)!;
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
        Assert.Contains($"may not enter {closed}.", refused.Message);
        Assert.Contains($"chmod o+x {closed}", refused.Message);
    }

    [Fact]
    public async Task A_user_id_without_a_name_is_told_so()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");
        await using var folder = new EmbeddedFolder();
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() =>
            folder.StartAsync(new ServerAccount(54321, 54321, "54321", IsOther: true)));
        Assert.Contains("user id 54321", refused.Message);
        Assert.Contains("/etc/passwd", refused.Message);
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
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(() =>
            EmbeddedPostgres.StartAsync(
                folder.Path,
                ["/nowhere", "/usr/bin"],
                cluster => ServerAccount.ChooseAsync(cluster, null, Token),
                NullLogger.Instance,
                Token));
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
    public async Task A_lost_password_file_is_named()
    {
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        File.Delete(folder.Combine("postgres.password"));
        Assert.Contains(
            folder.Combine("postgres.password"),
            (await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync)).Message);
    }
}
