using BackupApp.Destinations;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Destinations;

public sealed class ManagedDestinationTests
{
    private static readonly ManagedStorageOptions Bucket = new() { Bucket = "new", Prefix = "a" };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_place_is_refused_while_backups_lie_at_the_one_before()
    {
        await using var database = await TestDatabase.CreateAsync();
        await EnsureAsync(database, new());

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => EnsureAsync(database, Bucket));

        Assert.Contains("the bucket \"new\" at \"a\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("stored in a folder of this server", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DestinationKind.Folder, await KindAsync(database));
        await EnsureAsync(database, new() { Bucket = "new", Prefix = "a", IsMoved = true });
        Assert.Equal(DestinationKind.S3, await KindAsync(database));
        // By another name, the same place.
        await EnsureAsync(database, new() { Bucket = "new", Prefix = "a", Endpoint = "https://s3.example.com" });
    }

    [Fact]
    public async Task Where_nothing_is_stored_any_place_will_do()
    {
        await using var database = await TestDatabase.CreateAsync();
        await EnsureAsync(database, new(), hasBackups: false);

        await EnsureAsync(database, Bucket, hasBackups: false);

        Assert.Equal(DestinationKind.S3, await KindAsync(database));
    }

    private static async Task EnsureAsync(TestDatabase database, ManagedStorageOptions options, bool hasBackups = true)
    {
        await using var db = database.Open();
        await ManagedDestination.EnsureAsync(db, options, new Use(hasBackups), TimeProvider.System, Cancel);
    }

    private static async Task<DestinationKind> KindAsync(TestDatabase database)
    {
        await using var db = database.Open();
        return (await db.Set<StorageDestination>().SingleAsync(Cancel)).Kind;
    }

    private sealed class Use(bool hasBackups) : IDestinationUse
    {
        public Task<bool> HasBackupsAsync(Guid destinationId, CancellationToken cancellationToken) => Task.FromResult(hasBackups);
    }
}
