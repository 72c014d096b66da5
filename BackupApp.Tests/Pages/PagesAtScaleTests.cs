using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Policies;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Pages;

/// <summary>What every page takes with five hundred sources and a million jobs, as the released program answers.</summary>
public sealed class PagesAtScaleTests : IAsyncLifetime
{
    private const int Sources = 500;
    private const int JobsOfEach = 2000;
    private const int KeptOfEach = 60;
    private const int Rounds = 31;

    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(100);

    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact(Explicit = true)]
    public async Task Every_page_is_answered_within_100_ms()
    {
        await Rows.FillAsync(_bench, Sources, JobsOfEach, KeptOfEach);
        await using var served = await ServedBench.StartAsync(_bench);
        using var client = await AppClient.SignInAsync(served.App);
        var slow = new List<string>();
        foreach (var page in await PagesAsync())
        {
            var median = await Timing.MedianAsync(page, Rounds, async () => Assert.NotEmpty(await client.GetAsync(page)));
            if (median > Most)
                slow.Add($"{page}: {median.TotalMilliseconds:0} ms");
        }

        Assert.Empty(slow);
    }

    private async Task<IReadOnlyList<string>> PagesAsync()
    {
        await using var db = _bench.Database();
        var job = await db.Set<BackupJob>().OrderByDescending(j => j.CreatedAt).FirstAsync(Cancel);
        var policy = await db.Set<BackupPolicy>().Select(p => p.Id).FirstAsync(Cancel);
        var (source, destination) = ($"/DataSources/{job.DataSourceId}", StorageDestination.ManagedId);
        return
        [
            "/", "/DataSources", source, $"{source}/Contents", $"{source}/Restores", $"{source}/Settings",
            "/Jobs", $"/Jobs/{job.Id}", "/Jobs?status=failed", "/Policies", $"/Policies/Edit/{policy}", "/Restores",
            "/Destinations", $"/Destinations/{destination}", "/Channels", "/Incidents", "/Audit", "/Checklist", "/Protect",
        ];
    }
}
