using BackupApp.Destinations;
using BackupApp.Destinations.Folder;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Destinations.Folder;

public sealed class FolderObjectStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-folder-").FullName;
    private readonly FolderObjectStore _store;

    public FolderObjectStoreTests() => _store = Open();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder, "root");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20 * 1024 * 1024)]
    public async Task What_was_uploaded_is_read_back_byte_for_byte(int size)
    {
        var content = TestBytes.Make(size);

        var stored = await UploadAsync("shop/orders/a.dump.gz", content);

        Assert.Equal(("shop/orders/a.dump.gz", size), (stored.Key, stored.Size));
        Assert.Equal(content, await TestBytes.ReadAllAsync(await _store.OpenReadAsync("shop/orders/a.dump.gz", null, 0, Cancel)));
        await using var part = await _store.OpenReadAsync("shop/orders/a.dump.gz", null, size / 2, Cancel);
        Assert.True(part.CanSeek);
        Assert.Equal(content[(size / 2)..], await TestBytes.ReadAllAsync(part));
    }

    [Fact]
    public async Task The_final_file_appears_only_on_completion_and_whole()
    {
        await using var upload = await _store.BeginUploadAsync("a/b.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(new byte[1000], Cancel);
        await upload.SealAsync(Cancel);

        Assert.False(File.Exists(Path.Combine(Root, "a/b.gz")));
        Assert.Null(await _store.FindAsync("a/b.gz", Cancel));
        Assert.Empty(await KeysAsync(""));

        await upload.CompleteAsync(Cancel);
        Assert.Equal(["b.gz"], Directory.GetFileSystemEntries(Path.Combine(Root, "a")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Disposing_without_completing_leaves_nothing()
    {
        var upload = await _store.BeginUploadAsync("a/b/c.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(new byte[1000], Cancel);

        await upload.DisposeAsync();

        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public async Task Two_uploads_of_one_key_do_not_meet()
    {
        await using var one = await _store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel);
        await using var two = await _store.BeginUploadAsync("a.gz", new UploadOptions("application/gzip"), Cancel);
        await one.Body.WriteAsync(new byte[] { 1, 1 }, Cancel);
        await two.Body.WriteAsync(new byte[] { 2 }, Cancel);
        await one.SealAsync(Cancel);
        await one.CompleteAsync(Cancel);

        Assert.Equal([1, 1], await TestBytes.ReadAllAsync(await _store.OpenReadAsync("a.gz", null, 0, Cancel)));
    }

    [Fact]
    public async Task What_a_crash_left_is_listed_and_aborted()
    {
        var crashed = Open();
        var upload = await crashed.BeginUploadAsync("shop/Größe 1.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(new byte[10], Cancel);

        var found = Assert.Single(await _store.ListUploadsAsync("shop/Gr", Cancel));
        Assert.Equal(("shop/Größe 1.gz", upload.Upload.Id), (found.Key, found.Id));
        Assert.InRange(found.StartedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Empty(await _store.ListUploadsAsync("other", Cancel));
        await _store.AbortUploadAsync(found, Cancel);
        await _store.AbortUploadAsync(found, Cancel);

        Assert.Empty(Directory.GetFileSystemEntries(Root));
        await upload.SealAsync(Cancel);
        var lost = await Assert.ThrowsAsync<StoreException>(() => upload.CompleteAsync(Cancel));
        Assert.Equal(StoreError.UploadLost, lost.Error);
        await upload.DisposeAsync();
    }

    [Theory]
    [InlineData("../outside.gz")]
    [InlineData("a/../../outside.gz")]
    [InlineData("/etc/outside.gz")]
    [InlineData("a\0.gz")]
    [InlineData("a//b.gz")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("mine.partial")]
    public async Task No_key_leads_out_of_the_root(string key)
    {
        await AssertRefusedAsync(
            StoreError.InvalidConfiguration,
            () => _store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel),
            () => _store.OpenReadAsync(key, null, 0, Cancel),
            () => _store.DeleteAsync(key, null, Cancel),
            () => _store.FindAsync(key, Cancel),
            () => _store.PutAsync(key, new byte[1], "text/plain", Cancel),
            () => _store.AbortUploadAsync(new OpenUpload(key, new string('0', 32)), Cancel));
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task No_symbolic_link_leads_out_of_the_root()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_folder, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.gz"), "secret", Cancel);
        Directory.CreateDirectory(Root);
        Directory.CreateSymbolicLink(Path.Combine(Root, "way"), outside);
        File.CreateSymbolicLink(Path.Combine(Root, "file.gz"), Path.Combine(outside, "secret.gz"));

        foreach (var key in new[] { "way/secret.gz", "file.gz" })
            await AssertRefusedAsync(
                StoreError.AccessDenied,
                () => _store.OpenReadAsync(key, null, 0, Cancel),
                () => _store.DeleteAsync(key, null, Cancel),
                () => UploadAsync(key, [1]));
        Assert.Empty(await KeysAsync(""));
        Assert.Equal("secret", await File.ReadAllTextAsync(Path.Combine(outside, "secret.gz"), Cancel));
    }

    [Fact]
    public Task Another_upload_id_cannot_name_another_file() =>
        AssertRefusedAsync(StoreError.InvalidConfiguration, () => _store.AbortUploadAsync(new OpenUpload("a.gz", "../../x"), Cancel));

    [Fact]
    public async Task Only_this_user_can_read_what_is_stored()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions.");
            return;
        }
        await UploadAsync("a/b/c.gz", [1]);

        const UnixFileMode folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Root, "a/b/c.gz")));
        foreach (var path in new[] { Root, Path.Combine(Root, "a"), Path.Combine(Root, "a/b") })
            Assert.Equal(folder, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task Deleting_removes_the_folders_it_empties_and_no_others()
    {
        await UploadAsync("shop/orders/a.gz", [1]);
        await UploadAsync("shop/orders/b.gz", [1]);

        await _store.DeleteAsync("shop/orders/a.gz", null, Cancel);
        Assert.Equal(["shop/orders/b.gz"], await KeysAsync(""));
        await _store.DeleteAsync("shop/orders/b.gz", null, Cancel);
        await _store.DeleteAsync("shop/orders/b.gz", null, Cancel);

        Assert.True(Directory.Exists(Root));
        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public async Task Lists_are_in_the_order_of_keys_as_in_a_bucket()
    {
        foreach (var key in new[] { "b/x.gz", "a/x.gz", "a-b/x.gz", "a.gz", "a/B.gz" })
            await _store.PutAsync(key, new byte[1], "text/plain", Cancel);

        Assert.Equal(["a-b/x.gz", "a.gz", "a/B.gz", "a/x.gz", "b/x.gz"], await KeysAsync(""));
        Assert.Equal(["a/B.gz", "a/x.gz"], await KeysAsync("a/"));
        Assert.Equal(["a-b/x.gz"], await KeysAsync("a-"));
        Assert.Empty(await KeysAsync("none/"));
    }

    [Fact]
    public async Task Begins_and_deletes_side_by_side_do_not_hurt_each_other()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 400),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel },
            async (n, ct) =>
            {
                await _store.PutAsync($"busy/{n}.gz", new byte[1], "text/plain", ct);
                await _store.DeleteAsync($"busy/{n}.gz", null, ct);
            });

        Assert.Empty(Directory.GetFileSystemEntries(Root));
    }

    [Fact]
    public async Task A_missing_file_is_not_found()
    {
        Assert.Null(await _store.FindAsync("never/was.gz", Cancel));
        var error = await Assert.ThrowsAsync<StoreException>(() => _store.OpenReadAsync("never/was.gz", null, 0, Cancel));
        Assert.Equal(StoreError.ObjectNotFound, error.Error);
        Assert.Null(_store.CreateDownloadLink("a.gz", null, "a.gz", "application/gzip", TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void The_root_must_be_absolute()
    {
        var error = Assert.Throws<StoreException>(() =>
            new FolderObjectStore(new FolderStoreSettings("relative/backups"), NullLogger<FolderObjectStore>.Instance));

        Assert.Equal(StoreError.InvalidConfiguration, error.Error);
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task AssertRefusedAsync(StoreError error, params Func<Task>[] tries)
    {
        foreach (var attempt in tries)
            Assert.Equal(error, (await Assert.ThrowsAsync<StoreException>(attempt)).Error);
    }

    private FolderObjectStore Open() =>
        new(new FolderStoreSettings(Root, new FreeSpaceReserve(0, 0)), NullLogger<FolderObjectStore>.Instance);

    private async Task<ObjectInfo> UploadAsync(string key, byte[] content)
    {
        await using var upload = await _store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel);
        foreach (var piece in content.Chunk(300_000))
            await upload.Body.WriteAsync(piece, Cancel);
        await upload.SealAsync(Cancel);
        return await upload.CompleteAsync(Cancel);
    }

    private async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in _store.ListAsync(prefix, Cancel))
            keys.Add(found.Key);
        return keys;
    }
}
