using BackupApp.Hosting;
using BackupApp.Hosting.Embedded;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// Who runs the embedded server, who owns its files and who may read them, whatever a platform did to them between two starts.
/// </summary>
[Trait("kind", "slow")]
public sealed class EmbeddedOwnerTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_by_root_the_server_has_a_user_of_its_own()
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();

        await using var server = await folder.StartAsync();

        Assert.Equal(await IdAsync("backupapp"), await UserOfServerAsync(folder));
        Assert.NotEqual(await IdAsync("postgres"), await UserOfServerAsync(folder));
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("nobody")]
    public async Task Run_by_root_a_database_of_a_user_that_others_run_as_is_taken_from_it(string name)
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();
        await using (var shared = await folder.StartAsync(await AccountAsync(name)))
            await EmbeddedFolder.FillAsync(shared);

        await using var server = await folder.StartAsync();

        Assert.Equal(await IdAsync("backupapp"), await UserOfServerAsync(folder));
        await EmbeddedFolder.AssertFilledAsync(server);
        Assert.Equal("", await OutputAsync("find", folder.Cluster, folder.Combine("run"), "!", "-user", "backupapp"));
    }

    [Fact]
    public async Task Run_by_root_a_database_of_another_user_is_run_by_its_owner()
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync(await AccountAsync("daemon"))).DisposeAsync();

        await using var server = await folder.StartAsync();

        Assert.Equal(await IdAsync("daemon"), await UserOfServerAsync(folder));
    }

    [Fact]
    public async Task Run_by_root_the_user_can_be_named_and_must_exist()
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();

        Assert.Equal("daemon", (await ServerAccount.ChooseAsync(folder.Cluster, "daemon", Token)).Name);
        var refused = await Assert.ThrowsAsync<EmbeddedPostgresException>(
            () => EmbeddedPostgres.StartAsync(folder.Path, "no-such-user", NullLogger.Instance, Token));

        Assert.Contains("no user 'no-such-user'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("BackupApp__EmbeddedUser", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_by_root_files_that_root_restored_are_given_to_the_server()
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await OutputAsync("chown", "-R", "root:root", Path.Combine(folder.Cluster, "base"));

        await using var server = await folder.StartAsync();

        Assert.Equal("", await OutputAsync("find", folder.Cluster, "!", "-user", "backupapp"));
    }

    [Fact]
    public async Task A_volume_that_was_opened_to_a_group_is_closed_again()
    {
        await using var folder = new EmbeddedFolder();
        await using (var first = await folder.StartAsync())
            await EmbeddedFolder.FillAsync(first);
        // As Kubernetes does for a pod with an fsGroup.
        await OutputAsync("chmod", "-R", "g+rwX", folder.Path);
        await OutputAsync("find", folder.Path, "-type", "d", "-exec", "chmod", "g+s", "{}", "+");

        await using var server = await folder.StartAsync();

        await EmbeddedFolder.AssertFilledAsync(server);
        Assert.Equal("", await OutputAsync("find", folder.Cluster, folder.Combine("run"), "!", "-type", "s", "-perm", "/2077"));
        foreach (var path in new[] { "postgres.password", "postgres.log", "backupapp.lock" })
            Assert.Equal(OwnerFile, File.GetUnixFileMode(folder.Combine(path)));
    }

    [Fact]
    public async Task Without_root_a_database_of_another_user_is_refused_with_the_command_that_gives_it_over()
    {
        SkipUnlessRoot();
        await using var folder = new EmbeddedFolder();
        await (await folder.StartAsync()).DisposeAsync();
        await OutputAsync("chmod", "-R", "a+rwX", folder.Path);
        var daemon = await IdAsync("daemon");

        var (exitCode, output) = await Shell.RunAsync(
            "setpriv",
            ["--reuid=daemon", "--regid=daemon", "--clear-groups", "--", "dotnet", Path.Combine(AppContext.BaseDirectory, "BackupApp.dll")],
            new Dictionary<string, string>
            {
                ["BackupApp__DataDirectory"] = folder.Path,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["HOME"] = "/tmp",
                ["COMPlus_EnableDiagnostics"] = "0",
            });

        Assert.Equal(1, exitCode);
        Assert.Matches($"chown -R ({daemon}:{daemon}|daemon) {folder.Path}", output);
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Needs root.");

    private static async Task<ServerAccount> AccountAsync(string name) =>
        new(int.Parse(await IdAsync(name), null), int.Parse(await OutputAsync("id", "-g", name), null), name, IsOther: true);

    private static Task<string> IdAsync(string name) => OutputAsync("id", "-u", name);

    private static async Task<string> UserOfServerAsync(EmbeddedFolder folder) =>
        (await File.ReadAllLinesAsync($"/proc/{folder.ServerId}/status", Token))
            .Single(line => line.StartsWith("Uid:", StringComparison.Ordinal))
            .Split('\t')[1];

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await Shell.RunAsync(program, arguments);
        Assert.True(exitCode == 0, output);
        return output.Trim();
    }
}
