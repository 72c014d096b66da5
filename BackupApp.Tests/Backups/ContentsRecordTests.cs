using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Inventories;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using BackupApp.Tests.Inventories;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Backups;

/// <summary>What is known of an artifact whose worker vanished after it had stored it.</summary>
public sealed class ContentsRecordTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static readonly ArchiveReading Whole = new ArchiveReading.Whole(
        KeptInventoryTests.Inventory(KeptInventoryTests.Table("orders", 7, 70)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_its_worker_had_read_is_lost_with_it()
    {
        await bench.RequireAsync();
        await using var services = Services();
        var job = await ClaimedAsync();

        await Record(services).KeepVanishedAsync(job, job.Artifacts[0], Cancel);

        var kept = (await FindAsync(job))!;
        Assert.Equal("Its worker vanished before what it had read was recorded.", kept.Row.NotRead);
        Assert.Null(kept.Inventory);
    }

    [Fact]
    public async Task What_was_recorded_before_stays()
    {
        await bench.RequireAsync();
        await using var services = Services();
        var job = await ClaimedAsync();
        Assert.NotNull(await Record(services).KeepAsync(job, job.Artifacts[0], null, Whole, Cancel));

        await Record(services).KeepVanishedAsync(job, job.Artifacts[0], Cancel);

        var kept = (await FindAsync(job))!;
        Assert.Equal((null, 7L), (kept.Row.NotRead, kept.Inventory!.TotalRows));
    }

    [Fact]
    public async Task Whoever_does_not_hold_the_job_any_more_records_nothing()
    {
        await bench.RequireAsync();
        await using var services = Services();
        var job = await ClaimedAsync() with { WorkerId = Guid.NewGuid() };

        await Record(services).KeepVanishedAsync(job, job.Artifacts[0], Cancel);

        Assert.Null(await FindAsync(job));
    }

    private ServiceProvider Services() => new ServiceCollection()
        .AddScoped(_ => bench.Database())
        .AddScoped(scope => PolicyBench.Log(scope.GetRequiredService<AppDbContext>()))
        .BuildServiceProvider();

    private static ContentsRecord Record(ServiceProvider services) => new(
        new ConditionalChanges(services.GetRequiredService<IServiceScopeFactory>()), NullLogger<ContentsRecord>.Instance);

    private async Task<ClaimedJob> ClaimedAsync()
    {
        var (source, worker) = (await Rows.AttachedAsync(bench), Guid.NewGuid());
        var id = await Rows.JobAsync(bench, source, "running", bench.Clock.GetUtcNow());
        await Rows.PartsAsync(bench, id, ("shop", true));
        await Rows.ExecuteAsync(bench, $"update backup_jobs set worker_id = {worker}, finished_at = null where id = {id}");
        await using var db = bench.Database();
        var job = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == id, Cancel);
        var of = await db.Set<DataSource>().AsNoTracking().SingleAsync(s => s.Id == source, Cancel);
        return new(job, of, null!, job.Artifacts, worker);
    }

    private async Task<KeptContents?> FindAsync(ClaimedJob job)
    {
        await using var db = bench.Database();
        return await db.FindInventoryAsync(job.Artifacts[0].Id, Cancel);
    }
}
