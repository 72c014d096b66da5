using System.Text.RegularExpressions;
using BackupApp.Hosting.Embedded;
using Npgsql;

namespace BackupApp.Tests.Hosting;

public sealed partial class EmbeddedPostgresPrivacyTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    [Fact]
    public async Task Nothing_listens_on_TCP()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        Assert.Equal("", await EmbeddedFolder.QueryAsync(server.ConnectionString, "SHOW listen_addresses"));

        var sockets = SocketInode()
            .Matches(await SeenByServerAsync(folder, "ls", "-l", "fd/"))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        Assert.Contains(sockets, inode => Inodes("/proc/net/unix", column: 6).Contains(inode));
        Assert.DoesNotContain(
            sockets,
            inode => Inodes("/proc/net/tcp", column: 9).Contains(inode) || Inodes("/proc/net/tcp6", column: 9).Contains(inode));
    }

    [Fact]
    public async Task Files_and_folders_are_private()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        Assert.Equal(folder.Combine("run"), server.SocketDirectory);
        foreach (var path in new[] { server.SocketDirectory, folder.Cluster })
            Assert.Equal(OwnerFolder, File.GetUnixFileMode(path));
        foreach (var path in new[] { "postgres.password", "postgres.log", "backupapp.lock" })
            Assert.Equal(OwnerFile, File.GetUnixFileMode(folder.Combine(path)));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(server.SocketDirectory, ".s.PGSQL.5432")));
    }

    [Theory]
    [InlineData("backupapp", "backupapp")]
    [InlineData("postgres", "postgres")]
    public async Task A_wrong_or_missing_password_is_refused_over_the_socket(string user, string database)
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Username = user,
            Database = database,
            Password = "guess",
            Pooling = false,
        };
        var refused = await Assert.ThrowsAsync<PostgresException>(() => EmbeddedFolder.QueryAsync(wrong.ConnectionString, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);

        wrong.Password = null;
        Assert.Contains(
            "password",
            (await Assert.ThrowsAnyAsync<NpgsqlException>(() => EmbeddedFolder.QueryAsync(wrong.ConnectionString, "SELECT 1"))).Message);
    }

    [Fact]
    public async Task The_server_has_its_own_session_and_an_unprivileged_user()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        var id = folder.ServerId!.Value;
        Assert.Equal(id, EmbeddedFolder.SessionOf(id));
        Assert.NotEqual(Environment.ProcessId, EmbeddedFolder.ParentOf(id));

        var status = await File.ReadAllTextAsync($"/proc/{id}/status", TestContext.Current.CancellationToken);
        Assert.DoesNotMatch(@"Uid:\s.*\b0\b", status);
        Assert.Matches(@"CapEff:\s0+\n", status);
    }

    [Fact]
    public async Task Our_environment_and_open_files_do_not_reach_the_server_and_the_password_no_argument_and_no_log()
    {
        Environment.SetEnvironmentVariable("EMBEDDED_TEST_SECRET", "kept-from-the-server");
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        var process = $"/proc/{folder.ServerId}";
        Assert.DoesNotContain("kept-from-the-server", await SeenByServerAsync(folder, "cat", "environ"));
        Assert.DoesNotContain("backupapp.lock", await SeenByServerAsync(folder, "ls", "-l", "fd/"));

        var superuser = (await File.ReadAllTextAsync(folder.Combine("postgres.password"), TestContext.Current.CancellationToken)).Trim();
        Assert.Matches("^[0-9a-f]{64}$", superuser);
        var role = new NpgsqlConnectionStringBuilder(server.ConnectionString).Password!;
        Assert.NotEqual(superuser, role);
        var said = await File.ReadAllTextAsync($"{process}/cmdline", TestContext.Current.CancellationToken)
            + await File.ReadAllTextAsync(folder.Combine("postgres.log"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(superuser, said);
        Assert.DoesNotContain(role, said);
    }

    [Theory]
    [InlineData("a folder with spaces, a comma and an ü")]
    [InlineData("a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name-a-very-long-name")]
    public async Task A_path_that_cannot_name_a_socket_gets_a_private_folder_below_tmp(string name)
    {
        await using var folder = new EmbeddedFolder(name);
        await using var server = await folder.StartAsync();
        folder.SocketFallback = server.SocketDirectory;
        Assert.StartsWith("/tmp/backupapp-", server.SocketDirectory);
        Assert.Equal(OwnerFolder, File.GetUnixFileMode(server.SocketDirectory));
        Assert.Equal(1, await EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task A_stranger_s_folder_below_tmp_is_not_used()
    {
        await using var folder = new EmbeddedFolder("a folder with spaces");
        await using (var first = await folder.StartAsync())
            folder.SocketFallback = first.SocketDirectory;
        Directory.Delete(folder.SocketFallback, recursive: true);
        Directory.CreateSymbolicLink(folder.SocketFallback, "/var/tmp");
        try
        {
            var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(folder.StartAsync);
            Assert.Contains(folder.SocketFallback, refused.Message);
        }
        finally
        {
            File.Delete(folder.SocketFallback);
        }
    }

    [Fact]
    public async Task A_large_log_is_set_aside_while_the_server_goes_on_writing()
    {
        await using var folder = new EmbeddedFolder();
        await using var server = await folder.StartAsync();
        await Assert.ThrowsAsync<PostgresException>(() => EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT before_it"));
        var log = new ServerLog(folder.Combine("postgres.log"));
        log.RotateWhenLarge(largest: 1);
        await Assert.ThrowsAsync<PostgresException>(() => EmbeddedFolder.QueryAsync(server.ConnectionString, "SELECT after_it"));

        Assert.Contains("before_it", await File.ReadAllTextAsync(log.Path + ".1", TestContext.Current.CancellationToken));
        var now = await File.ReadAllTextAsync(log.Path, TestContext.Current.CancellationToken);
        Assert.StartsWith("20", now);
        Assert.Contains("after_it", now);
        Assert.DoesNotContain("before_it", now);
    }

    /// <summary>
    /// Runs a program on the server process's folder below /proc as the server's user: root in a container may not look there.
    /// </summary>
    private static async Task<string> SeenByServerAsync(EmbeddedFolder folder, string program, params string[] arguments)
    {
        var account = await folder.AccountAsync();
        var (exitCode, output) = await account.RunAsync(
            program, [.. arguments[..^1], $"/proc/{folder.ServerId}/{arguments[^1]}"], TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        Assert.NotEmpty(output);
        return output;
    }

    private static HashSet<string> Inodes(string table, int column) =>
        [.. File.ReadLines(table).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column])];

    [GeneratedRegex(@"socket:\[(\d+)\]")]
    private static partial Regex SocketInode();
}
