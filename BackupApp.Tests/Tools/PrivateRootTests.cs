using BackupApp.Tests.Support;
using BackupApp.Tools;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Tools;

public sealed class PrivateRootTests : IDisposable
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _parent = Directory.CreateTempSubdirectory("backupapp-roots-").FullName;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void It_is_private_and_gone_at_the_end()
    {
        using (var root = Open())
            Assert.Equal(OwnerFolder, File.GetUnixFileMode(root.Path));

        Assert.Empty(Directory.GetFileSystemEntries(_parent));
    }

    [Fact]
    public async Task The_files_of_a_process_that_still_runs_stay()
    {
        using var first = Open();
        var (folder, _) = await PrivateFiles.WriteAsync(first.Path, [("client.key", "secret")], Cancel);

        using var second = Open();

        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(folder, "client.key"), Cancel));
    }

    [Fact]
    public void A_folder_that_is_not_locked_yet_stays_for_an_hour()
    {
        var young = Directory.CreateDirectory(Path.Combine(_parent, "backupapp-private-young")).FullName;

        using (Open())
            Assert.True(Directory.Exists(young));
        _time.Advance(TimeSpan.FromHours(2));
        using (Open())
            Assert.False(Directory.Exists(young));
    }

    [Fact]
    public void Other_folders_are_left_alone()
    {
        var other = Directory.CreateDirectory(Path.Combine(_parent, "backupapp-start-1")).FullName;
        _time.Advance(TimeSpan.FromDays(2));

        using (Open())
            Assert.True(Directory.Exists(other));
    }

    [Fact]
    public void Where_a_link_leads_to_is_left_alone()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(_parent, "elsewhere")).FullName;
        var file = Path.Combine(elsewhere, "file");
        File.WriteAllText(file, "somebody's");
        var link = Directory.CreateSymbolicLink(Path.Combine(_parent, "backupapp-private-link"), elsewhere).FullName;
        _time.Advance(TimeSpan.FromDays(2));

        using (Open())
        {
            Assert.Equal([file], Directory.GetFileSystemEntries(elsewhere));
            Assert.Equal(elsewhere, new DirectoryInfo(link).LinkTarget);
        }
    }

    [Fact]
    public void Only_folders_of_this_user_are_its_own()
    {
        var file = Path.Combine(_parent, "file");
        File.WriteAllText(file, "");

        Assert.True(Posix.IsOwnFolder(_parent));
        Assert.False(Posix.IsOwnFolder(file));
        Assert.False(Posix.IsOwnFolder(Path.Combine(_parent, "nothing")));
        Assert.Equal(Environment.IsPrivilegedProcess, Posix.IsOwnFolder("/")); // root's
    }

    [Fact]
    public async Task The_private_files_of_a_killed_process_are_removed_at_the_next_start()
    {
        await using var postgres = TestPostgres.Require();
        var settings = new AppSettings(
            postgres.ConnectionString(await postgres.CreateMigratedDatabaseAsync("sweep")), Path.Combine(_parent, "data"))
        {
            Variables = new Dictionary<string, string> { ["TMPDIR"] = _parent },
        };
        string left;
        await using (var killed = await AppProcess.StartAsync(settings))
        {
            left = Directory.GetDirectories(_parent, "backupapp-private-*").Single();
            await PrivateFiles.WriteAsync(left, [("client.key", "secret")], Cancel);
            await killed.KillAsync();
        }

        Assert.True(Directory.Exists(left));
        await using var next = await AppProcess.StartAsync(settings);

        Assert.False(Directory.Exists(left));
        Assert.NotEqual(left, Directory.GetDirectories(_parent, "backupapp-private-*").Single());
    }

    public void Dispose() => Directory.Delete(_parent, recursive: true);

    private PrivateRoot Open() => PrivateRoot.Open(_parent, _time);
}
