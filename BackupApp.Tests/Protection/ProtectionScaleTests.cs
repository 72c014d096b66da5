using System.Diagnostics;
using BackupApp.Api;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Hosting;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>The states of a thousand sources over very many jobs.</summary>
public sealed class ProtectionScaleTests : IAsyncLifetime
{
    private const int Sources = 1000;
    private const int Rounds = 7;

    /// <summary>As the API gives it when nobody asks for more.</summary>
    private const int Page = 50;

    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_thousand_sources_are_reckoned_from_twenty_thousand_jobs()
    {
        await FillAsync(20);

        Assert.All(await MeasureAsync(), median => Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
    }

    [Fact(Explicit = true)]
    public async Task A_thousand_sources_are_reckoned_scraped_and_listed_from_a_million_jobs_within_100_ms()
    {
        await FillAsync(1000);

        Assert.All(await MeasureAsync(), median => Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
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
            var text = await new MetricsReader(db, Rows.Reader(_bench, db), new WorkMetrics(db), _bench.Clock).ReadAsync(Cancel);
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

    private async Task<TimeSpan> MedianAsync(string what, Func<AppDbContext, Task> act)
    {
        var times = new List<TimeSpan>();
        for (var round = 0; round < Rounds; round++)
        {
            await using var db = _bench.Database();
            var watch = Stopwatch.StartNew();
            await act(db);
            times.Add(watch.Elapsed);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:0}"))} ms");
        return times.Order().ElementAt(Rounds / 2);
    }

    // One run a day of each, the last of every twentieth source failed.
    private async Task FillAsync(int jobsOfEach)
    {
        var first = await Rows.AttachedAsync(_bench);
        var now = _bench.Clock.GetUtcNow();
        FormattableString[] fill =
        [
            $"""
            insert into data_sources select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
                'name', 'source ' || n))).*
            from data_sources s, generate_series(2, {Sources}) n where s.id = {first}
            """,
            $"""
            insert into policy_attachments (id, policy_id, data_source_id, is_enabled, priority, evaluated_until, created_at)
            select gen_random_uuid(), a.policy_id, s.id, true, 0, now(), a.created_at
            from policy_attachments a, data_sources s where s.id <> a.data_source_id
            """,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested, error_summary)
            select gen_random_uuid(), case when n = 1 and a.rank % 20 = 0 then 'failed' else 'success' end, 'schedule',
                a.data_source_id, 'source', 'postgres',
                {StorageDestination.ManagedId}, 'storage', a.id, at, at, at, at + interval '5 minutes', 10, 5, false, 'pg_dump failed.'
            from (select id, data_source_id, row_number() over (order by id) as rank from policy_attachments) a,
                generate_series(1, {jobsOfEach}) n,
                lateral (select {now}::timestamptz - n * interval '10 hours' as at) t
            """,
        ];
        await using var db = _bench.Database();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        foreach (var sql in fill)
            await db.Database.ExecuteSqlAsync(sql, Cancel);
        await Rows.ExecuteAsync(_bench, $"vacuum (analyze) backup_jobs");
    }
}
