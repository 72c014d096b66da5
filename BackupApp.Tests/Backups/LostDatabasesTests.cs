using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Inventories.Changes;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>Databases that are gone from a server that is backed up as a whole.</summary>
public sealed class LostDatabasesTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static readonly DateTimeOffset First = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_whose_last_backup_failed_is_missed_too_until_somebody_has_looked()
    {
        await bench.RequireAsync();
        var source = await AddServerAsync();
        var good = await RunAsync(source, 0, "success", ("crm", true), ("shop", true));
        await RunAsync(source, 1, "partial", ("crm", false), ("never", false), ("shop", true));

        Assert.Equal(["crm"], await LostAsync(source, await RunAsync(source, 2, "success", ("shop", true))));
        Assert.Equal(["crm"], await LostAsync(source, await RunAsync(source, 3, "success", ("shop", true))));

        await using var db = bench.Database();
        var warnings = db.Set<ContentWarning>().Where(w => w.DataSourceId == source);
        var baseline = await db.Set<BackupArtifact>().SingleAsync(a => a.JobId == good && a.Database == "crm", Cancel);
        Assert.All(await warnings.ToListAsync(Cancel), w => Assert.Equal(baseline.Id, w.BaselineId));
        await warnings.ExecuteUpdateAsync(s => s.SetProperty(w => w.SilencedAt, _ => DateTimeOffset.UtcNow), Cancel);
        Assert.Empty(await LostAsync(source, await RunAsync(source, 4, "success", ("shop", true))));
    }

    private async Task<Guid> AddServerAsync()
    {
        var id = await Rows.AttachedAsync(bench);
        await using var db = bench.Database();
        var source = await db.Set<DataSource>().SingleAsync(s => s.Id == id, Cancel);
        source.Select(new DumpSelection { Scope = SourceScope.Server }, bench.Clock.GetUtcNow());
        await db.SaveChangesAsync(Cancel);
        return id;
    }

    private async Task<Guid> RunAsync(Guid source, int day, string status, params (string Database, bool Stored)[] parts)
    {
        var job = await Rows.JobAsync(bench, source, status, First.AddDays(day));
        await Rows.PartsAsync(bench, job, parts);
        return job;
    }

    /// <summary>What is warned of when the run has planned its parts.</summary>
    private async Task<IReadOnlyList<string>> LostAsync(Guid source, Guid job)
    {
        await using var db = bench.Database();
        var run = await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == job, Cancel);
        var server = await db.Set<DataSource>().AsNoTracking().SingleAsync(s => s.Id == source, Cancel);
        await db.WarnOfLostAsync(new ClaimedJob(run, server, null!, [], Guid.Empty), run.Artifacts, Cancel);
        return await db.Set<ContentWarning>().Where(w => w.JobId == job).Select(w => w.Table).ToListAsync(Cancel);
    }
}
