using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.Folder;
using BackupApp.Protection;
using BackupApp.Stored.Scan;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Stored.Scan;

/// <summary>A folder's objects against the catalogue, over real rows and files.</summary>
public sealed class StoredCheckTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private const string Key = "shop/shop/20261123T021500Z.dump.gz";

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-check-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(_folder, Key);

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_object_that_vanished_makes_its_backup_damaged_until_it_is_there_again()
    {
        var source = await Rows.AttachedAsync(bench);
        await StoreAsync(await Rows.GoodAsync(bench, source, Now.AddHours(-30)), "older");
        var newest = await Rows.GoodAsync(bench, source, Now.AddHours(-3));
        await StoreAsync(newest, Key);
        Write("older", 5);
        Write(Key, 5);
        await CheckAsync();
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);

        System.IO.File.Delete(File);
        await CheckAsync();
        await CheckAsync();

        var state = await StateAsync(source);
        Assert.Equal((ProtectionWord.Damaged, Now.AddHours(-30)), (state.Word, state.NewestGood!.StartedAt));
        Assert.Equal(
            "The newest backup is damaged. Its object is gone from its destination. The last good backup is of 22 Nov 2026 06:00 UTC.",
            state.Reason);
        Assert.Single(await bench.AuditAsync(newest), e => e.Action == "backup_job.damaged");

        Write(Key, 5);
        await CheckAsync();
        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task An_object_of_another_size_makes_its_backup_damaged()
    {
        var source = await Rows.AttachedAsync(bench);
        await StoreAsync(await Rows.GoodAsync(bench, source, Now.AddHours(-3)), Key);
        Write(Key, 4);

        await CheckAsync();

        var state = await StateAsync(source);
        Assert.Equal(ProtectionWord.Unprotected, state.Word);
        Assert.Contains("has 4 bytes; 5 were stored", state.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_is_deleted_while_it_is_looked_for_is_not_damaged()
    {
        var source = await Rows.AttachedAsync(bench);
        var job = await Rows.GoodAsync(bench, source, Now.AddHours(-3));
        await StoreAsync(job, Key);
        Write("another", 1);

        // Its object is gone, and the catalogue was asked already.
        await CheckAsync(() => Rows.ExecuteAsync(bench, $"update backup_jobs set deletion_marked_at = now() where id = {job}"));

        await using var db = bench.Database();
        Assert.Null((await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.JobId == job, Cancel)).DamagedAt);
        Assert.DoesNotContain(await bench.AuditAsync(job), e => e.Action == "backup_job.damaged");
    }

    private DateTimeOffset Now => bench.Clock.GetUtcNow();

    private void Write(string key, int bytes)
    {
        var path = Path.Combine(_folder, key);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, new byte[bytes]);
    }

    private Task StoreAsync(Guid job, string key) => Rows.ExecuteAsync(
        bench,
        $"""
        insert into backup_artifacts (id, job_id, position, kind, status, database, key, destination_id, compression, stored_at, size)
        values ({Guid.CreateVersion7()}, {job}, 0, 'database', 'success', 'shop', {key}, {StorageDestination.ManagedId}, 'gzip',
            {Now.AddHours(-2)}, 5)
        """);

    /// <param name="meanwhile">Between the list and the second look.</param>
    private async Task CheckAsync(Func<Task>? meanwhile = null)
    {
        await using var services = new ServiceCollection().AddScoped(_ => bench.Database()).BuildServiceProvider();
        await using var db = bench.Database();
        using var store = new FolderObjectStore(new FolderStoreSettings(_folder), NullLogger<FolderObjectStore>.Instance, bench.Clock);
        var destination = await db.Set<StorageDestination>().SingleAsync(d => d.IsManaged, Cancel);
        var check = new StoredCheck(services.GetRequiredService<IServiceScopeFactory>(), db, PolicyBench.Log(db));
        await check.RunAsync(destination, store, ListedAsync(store, meanwhile), Now, Cancel);
    }

    // The catalogue is read from the first object of the list on.
    private static async IAsyncEnumerable<ObjectInfo> ListedAsync(FolderObjectStore store, Func<Task>? meanwhile)
    {
        await foreach (var found in store.ListAsync("", Cancel))
            yield return found;
        if (meanwhile is not null)
            await meanwhile();
    }

    private async Task<ProtectionState> StateAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await Rows.Reader(bench, db).OfAsync([source], Cancel))[source].State;
    }
}
