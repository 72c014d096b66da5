using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Runs;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Backups;

/// <summary>Which of the jobs that wait for a place goes when one becomes free.</summary>
public sealed class ParkedJobsTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_oldest_that_finds_a_place_goes_and_not_an_older_one_that_does_not()
    {
        var (shop, crm, left, right) = await PlacesAsync();
        await AddAsync(await bench.AddSourceAsync($"erp {Guid.NewGuid()}"), right, RunStatus.Running);
        var older = await AddAsync(shop, right, RunStatus.Queued);
        var newer = await AddAsync(crm, left, RunStatus.Queued);

        // A backup of shop to left has ended: the place at right is still taken.
        var sent = await SendAsync(shop, left);

        Assert.Equal([newer], sent);
        Assert.NotNull((await ReadAsync(older)).ParkedAt);
        Assert.Null((await ReadAsync(newer)).ParkedAt);
    }

    [Fact]
    public async Task A_place_at_the_source_and_one_at_the_destination_go_to_one_job_each()
    {
        var (shop, crm, left, right) = await PlacesAsync();
        var ofSource = await AddAsync(shop, right, RunStatus.Queued);
        var ofDestination = await AddAsync(crm, left, RunStatus.Queued);

        Assert.Equal([ofSource, ofDestination], await SendAsync(shop, left));
    }

    [Fact]
    public async Task A_job_that_was_parked_while_its_place_became_free_goes_by_itself_and_one_without_a_place_stays()
    {
        var (shop, crm, left, right) = await PlacesAsync();
        await AddAsync(crm, right, RunStatus.Running);
        var free = await AddAsync(shop, left, RunStatus.Queued);
        var full = await AddAsync(shop, right, RunStatus.Queued);

        Assert.Equal([free], await SendAsync(queue => queue.SendIfPlaceAsync(free)));
        Assert.Empty(await SendAsync(queue => queue.SendIfPlaceAsync(full)));
    }

    private async Task<(Guid Shop, Guid Crm, Guid Left, Guid Right)> PlacesAsync()
    {
        await bench.RequireAsync();
        return (await bench.AddSourceAsync($"shop {Guid.NewGuid()}"), await bench.AddSourceAsync($"crm {Guid.NewGuid()}"),
            await bench.AddBucketAsync($"left {Guid.NewGuid()}"), await bench.AddBucketAsync($"right {Guid.NewGuid()}"));
    }

    /// <summary>A scheduled job; a queued one waits for a place.</summary>
    private async Task<Guid> AddAsync(Guid source, Guid destination, RunStatus status)
    {
        await using var db = bench.Database();
        var job = BackupJob.Queue(
            await db.Set<DataSource>().SingleAsync(s => s.Id == source, Cancel),
            await db.Set<StorageDestination>().SingleAsync(d => d.Id == destination, Cancel),
            BackupTrigger.Schedule, DateTimeOffset.UtcNow, null, 3, null, null);
        db.Add(job);
        await db.SaveChangesAsync(Cancel);
        await db.Set<BackupJob>().Where(j => j.Id == job.Id).ExecuteUpdateAsync(
            set =>
                set.SetProperty(j => j.Status, status)
                    .SetProperty(j => j.ParkedAt, status == RunStatus.Queued ? DateTimeOffset.UtcNow : null),
            Cancel);
        return job.Id;
    }

    private Task<IReadOnlyList<Guid>> SendAsync(Guid source, Guid destination) =>
        SendAsync(queue => queue.SendParkedAsync(source, destination));

    private async Task<IReadOnlyList<Guid>> SendAsync(Func<BackupQueue, Task> send)
    {
        var before = bench.Messages.Sent.Count;
        await using var db = bench.Database();
        await send(new BackupQueue(
            db,
            PolicyBench.Log(db),
            new() { Value = PolicyBench.Operator },
            bench.Messages,
            new NoRestores(),
            Options.Create(new BackupOptions { MaxConcurrentPerDestination = 1 }),
            TimeProvider.System,
            NullLogger<BackupQueue>.Instance));
        return [.. bench.Messages.Sent.Skip(before).Select(message => (Guid)message.Args[0])];
    }

    private async Task<BackupJob> ReadAsync(Guid id)
    {
        await using var db = bench.Database();
        return await db.Set<BackupJob>().AsNoTracking().SingleAsync(j => j.Id == id, Cancel);
    }
}
