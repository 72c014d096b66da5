using System.Diagnostics;
using BackupApp.Destinations;
using BackupApp.Destinations.Folder;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.Folder;

/// <summary>On small file systems of their own (tmpfs), which only root can mount.</summary>
public sealed class FolderSpaceTests : IDisposable
{
    private const int MiB = 1024 * 1024;

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-space-").FullName;
    private bool _mounted;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_begun_when_the_reserve_is_touched_already()
    {
        var store = new FolderObjectStore(
            new FolderStoreSettings(_folder, new FreeSpaceReserve(long.MaxValue / 2, 0)),
            NullLogger<FolderObjectStore>.Instance);

        var error = await Assert.ThrowsAsync<StoreException>(() =>
            store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel));

        Assert.Equal(StoreError.InsufficientSpace, error.Error);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData(32 * MiB, 0)]
    [InlineData(0, 0.5)]
    public async Task Writing_stops_before_the_reserve_is_touched_and_leaves_nothing(long bytes, double share)
    {
        Mount(64);
        var store = new FolderObjectStore(
            new FolderStoreSettings(_folder, new FreeSpaceReserve(bytes, share)), NullLogger<FolderObjectStore>.Instance);
        var written = 0;
        var upload = await store.BeginUploadAsync("a/b.gz", new UploadOptions("application/gzip"), Cancel);

        var error = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            for (; written < 64; written++)
                await upload.Body.WriteAsync(new byte[MiB], Cancel);
        });

        Assert.Equal(StoreError.InsufficientSpace, error.Error);
        Assert.InRange(written, 20, 32);
        Assert.True(new DriveInfo(_folder).AvailableFreeSpace >= 32 * MiB);
        await upload.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_full()
    {
        Mount(4);
        // A reserve below nothing: the rule never fires, the file system does.
        var store = new FolderObjectStore(
            new FolderStoreSettings(_folder, new FreeSpaceReserve(-1024L * MiB, -100)), NullLogger<FolderObjectStore>.Instance);
        var upload = await store.BeginUploadAsync("a/b.gz", new UploadOptions("application/gzip"), Cancel);

        var error = await Assert.ThrowsAsync<StoreException>(async () => await upload.Body.WriteAsync(new byte[6 * MiB], Cancel));

        Assert.Equal(StoreError.InsufficientSpace, error.Error);
        Assert.Contains("full", error.Message, StringComparison.Ordinal);
        await upload.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    public void Dispose()
    {
        if (_mounted)
            Run("umount", _folder);
        Directory.Delete(_folder, recursive: true);
    }

    private void Mount(int mebibytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a file system.");
        _mounted = Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", _folder);
        Assert.SkipUnless(_mounted, "This machine lets nobody mount a file system.");
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
