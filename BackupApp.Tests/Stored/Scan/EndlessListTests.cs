using System.Globalization;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Stored;
using BackupApp.Stored.Scan;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Stored.Scan;

public sealed class EndlessListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_look_at_a_store_whose_list_has_no_end_ends_by_itself_and_says_so()
    {
        await using var database = await TestDatabase.CreateAsync();
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var number = 0;
        await using var endless = await StandInStore.StartAsync((_, context) =>
        {
            var n = Interlocked.Increment(ref number);
            clock.Advance(TimeSpan.FromMinutes(n <= 5 ? 1 : 200));
            var next = n.ToString(CultureInfo.InvariantCulture);
            return StandInStore.XmlAsync(
                context,
                $"<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated><Contents><Key>{next}</Key><Size>7</Size></Contents>"
                + $"<NextContinuationToken>{next}</NextContinuationToken></ListBucketResult>");
        });
        await using var db = database.Open();
        var storage = new ManagedStorageOptions
        {
            Endpoint = endless.Address.AbsoluteUri,
            Bucket = "bucket",
            AccessKeyId = "AKIATESTTESTTEST",
            SecretAccessKey = "very-secret",
            ForcePathStyle = true,
        };
        await ManagedDestination.EnsureAsync(db, storage, new DestinationUse(db), clock, Cancel);
        var stores = new ObjectStores(
            Options.Create(storage),
            Options.Create(new NetworkOptions()),
            new DataDirectory("/nowhere"),
            database.Secrets,
            NullLoggerFactory.Instance,
            TimeProvider.System);
        var log = new AuditLog(db, new CurrentActor());
        await using var services = new ServiceCollection().BuildServiceProvider();
        var check = new StoredCheck(services.GetRequiredService<IServiceScopeFactory>(), db, log);
        var scanner = new DestinationScanner(db, log, stores, check, new SentMessages(), clock, NullLogger<DestinationScanner>.Instance);

        await scanner.LookAsync(StorageDestination.ManagedId, Cancel);

        var look = await db.Set<DestinationScan>().AsNoTracking().SingleAsync(Cancel);
        Assert.Contains("longer than 100 minutes", look.Error, StringComparison.Ordinal);
        Assert.NotNull(look.FinishedAt);
    }
}
