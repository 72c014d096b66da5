using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Secrets;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Destinations;

public sealed class ObjectStoresTests(TestS3 s3) : IClassFixture<TestS3>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_read_to_its_end_and_its_store_ends_with_it()
    {
        TestS3.Require();
        // More than what the sockets hold: the connection is needed until the last byte.
        var content = TestBytes.Make(24 * 1024 * 1024);
        await using var proxy = await FaultyProxy.StartAsync(s3.Settings().Endpoint!);
        using (var store = s3.Store())
            await store.UploadAsync("whole.gz", content);

        await using var body = await Stores(proxy.Address).OpenReadAsync(Destination(proxy.Address), "whole.gz", null, 0, Cancel);

        Assert.Equal(content, await TestBytes.ReadAllAsync(body));
        // The connection is closed with the stream, not left for a collector to find.
        await Until.TrueAsync(() => proxy.Connections == 0, "no connection is left");
    }

    [Fact]
    public async Task A_file_of_the_folder_can_be_read_from_anywhere()
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-stores-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "a.gz"), "0123456789", Cancel);
        var stores = Stores(new ManagedStorageOptions { Folder = folder });

        var destination = StorageDestination.CreateManaged("folder", null, DateTimeOffset.UnixEpoch);
        await using (var body = await stores.OpenReadAsync(destination, "a.gz", null, 3, Cancel))
        {
            Assert.Equal((true, 10, 3), (body.CanSeek, body.Length, body.Position));
            body.Position = 8;
            Assert.Equal("89"u8.ToArray(), await TestBytes.ReadAllAsync(body));
        }
        Directory.Delete(folder, recursive: true);
    }

    private static ObjectStores Stores(ManagedStorageOptions storage) => new(
        Options.Create(storage),
        Options.Create(new NetworkOptions()),
        new DataDirectory("/nowhere"),
        new SecretBox(),
        NullLoggerFactory.Instance,
        TimeProvider.System);

    private ManagedStorageOptions Storage(Uri endpoint)
    {
        var settings = s3.Settings();
        return new ManagedStorageOptions
        {
            Endpoint = endpoint.AbsoluteUri,
            Bucket = settings.Bucket,
            Prefix = settings.Prefix,
            AccessKeyId = settings.AccessKeyId,
            SecretAccessKey = settings.SecretAccessKey,
            ForcePathStyle = true,
        };
    }

    private ObjectStores Stores(Uri endpoint) => Stores(Storage(endpoint));

    private StorageDestination Destination(Uri endpoint) =>
        StorageDestination.CreateManaged("bucket", Storage(endpoint).Location, DateTimeOffset.UnixEpoch);
}
