using BackupApp.Destinations;
using BackupApp.Destinations.Folder;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.Folder;

public sealed class FolderMountTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-mount ").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Disk => Path.Combine(_folder, "a disk");

    private string Root => Path.Combine(Disk, "backups");

    private string Table => Path.Combine(_folder, "mounts");

    private string Note => Path.Combine(_folder, "note");

    [Fact]
    public async Task Where_a_disk_is_not_mounted_nothing_is_stored_and_nothing_is_gone()
    {
        Mount("/", Disk);
        var store = Store();
        await store.PutAsync("a.gz", new byte[] { 1 }, "application/gzip", Cancel);
        Directory.Delete(Disk, recursive: true);

        Mount("/");

        await AssertAwayAsync(() => store.FindAsync("a.gz", Cancel));
        await AssertAwayAsync(() => store.DeleteAsync("a.gz", null, Cancel));
        await AssertAwayAsync(() => store.ListUploadsAsync("", Cancel));
        await AssertAwayAsync(() => store.PutAsync("b.gz", new byte[] { 2 }, "application/gzip", Cancel));
        Assert.False(Directory.Exists(Disk));

        Mount("/", Disk);
        Assert.Null(await store.FindAsync("a.gz", Cancel));
    }

    [Fact]
    public async Task A_folder_that_gets_a_disk_of_its_own_is_taken_as_it_is()
    {
        Mount("/");
        var store = Store();
        await store.PutAsync("a.gz", new byte[] { 1 }, "application/gzip", Cancel);

        Mount("/", Disk);
        await using (await store.BeginUploadAsync("c.gz", new UploadOptions("application/gzip"), Cancel))
            Assert.Equal("/\n", await File.ReadAllTextAsync(Note, Cancel));
        await store.PutAsync("b.gz", new byte[] { 2 }, "application/gzip", Cancel);

        Assert.Equal($"{Disk}\n", await File.ReadAllTextAsync(Note, Cancel));
    }

    [Fact]
    public async Task What_cannot_be_looked_at_is_not_gone()
    {
        Directory.CreateDirectory(Root);
        // Nothing can be below a file that is in the place of a folder, but a name that is too long is no answer.
        await Assert.ThrowsAsync<StoreException>(() => Store().FindAsync($"{new string('n', 300)}.gz", Cancel));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task AssertAwayAsync(Func<Task> act)
    {
        var away = await Assert.ThrowsAsync<StoreException>(act);
        Assert.Equal(StoreError.Unreachable, away.Error);
        Assert.Contains("Nothing is mounted at", away.Message, StringComparison.Ordinal);
    }

    // As the kernel writes them.
    private void Mount(params string[] points) => File.WriteAllLines(
        Table,
        points.Select((point, number) =>
            $"{number} 1 98:0 / {point.Replace(" ", "\\040", StringComparison.Ordinal)} rw,noatime - ext4 /dev/sda{number} rw"));

    private FolderObjectStore Store() => new(
        new FolderStoreSettings(Root, new FreeSpaceReserve(0, 0), Note) { MountTable = Table },
        NullLogger<FolderObjectStore>.Instance);
}
