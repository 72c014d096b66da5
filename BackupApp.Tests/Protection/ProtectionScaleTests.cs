using BackupApp.Api;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Hosting;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>The states of a thousand sources over very many jobs.</summary>
public sealed class ProtectionScaleTests : IAsyncLifetime
{
    private const int Sources = 1000;
    private const int Rounds = 31;

    /// <summary>As the API gives it when nobody asks for more.</summary>
    private const int Page = 50;

    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_thousand_sources_are_reckoned_from_twenty_thousand_jobs()
    {
        await Rows.FillAsync(_bench, Sources, jobsOfEach: 20);

        Assert.All(await MeasureAsync(), median => Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
    }

    [Fact(Explicit = true)]
    public async Task A_thousand_sources_are_reckoned_scraped_and_listed_from_a_million_jobs_within_100_ms()
    {
        await Rows.FillAsync(_bench, Sources, jobsOfEach: 1000);

        TimeSpan[] medians = [.. await MeasureAsync(), .. await MeasureServedAsync()];
        Assert.All(medians, median => Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
    }

    // As Prometheus and a script ask the released program for them.
    private async Task<IReadOnlyList<TimeSpan>> MeasureServedAsync()
    {
        await using var served = await ServedBench.StartAsync(_bench);
        var medians = new List<TimeSpan>();
        foreach (var path in (string[])["/metrics", "/api/v1/datasources"])
        {
            medians.Add(
                await Timing.MedianAsync(path, Rounds, async () => Assert.NotEmpty(await served.Http.GetStringAsync(path, Cancel))));
        }

        return medians;
    }

    // The states, a scrape, and a page of the API.
    private async Task<IReadOnlyList<TimeSpan>> MeasureAsync() =>
    [
        await MedianAsync("states", async db =>
        {
            var all = await Rows.Reader(_bench, db).AllAsync(Cancel);
            Assert.Equal(Sources, all.Count);
            Assert.Equal(Sources / 20, all.Count(s => s.State.Word == ProtectionWord.Failing));
        }),
        await MedianAsync("metrics", async db =>
        {
            var text = await Rows.Metrics(_bench, db).ReadAsync(Cancel);
            Assert.Equal(Sources, text.Split("\nbackupapp_source_state{").Length - 1);
        }),
        await MedianAsync("GET /datasources", async db =>
        {
            var page = await db.Set<DataSource>().AsNoTracking().OrderBy(s => s.CreatedAt).Take(Page).ToListAsync(Cancel);
            var views = await new DataSourceViews(db, Rows.Reader(_bench, db)).OfAsync(page, withStored: false, Cancel);
            Assert.Equal(Page, views.Count);
            Assert.All(views, v => Assert.NotEqual(0, v.TotalBackupJobs));
        }),
    ];

    private Task<TimeSpan> MedianAsync(string what, Func<AppDbContext, Task> act) => Timing.MedianAsync(what, Rounds, async () =>
    {
        await using var db = _bench.Database();
        await act(db);
    });
}
