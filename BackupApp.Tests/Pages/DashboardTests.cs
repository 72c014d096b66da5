using System.Data.Common;
using System.Diagnostics;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Network;
using BackupApp.Pages;
using BackupApp.Pages.Protection;
using BackupApp.Protection;
using BackupApp.Protection.Board;
using BackupApp.Protection.Uncovered;
using BackupApp.Protection.Weekly;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Pages;

/// <summary>What the dashboard asks the database, over few and over many sources.</summary>
public sealed class DashboardTests : IAsyncLifetime
{
    private const int Rounds = 7;

    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Five_hundred_sources_take_as_many_queries_as_two()
    {
        await FillAsync(sources: 2, jobsOfEach: 40);
        var (few, ofFew) = await LookAsync();
        await FillAsync(sources: 498, jobsOfEach: 40);

        var (many, ofMany) = await LookAsync();

        Assert.Equal((2, 500), (few.Sources.Count, many.Sources.Count));
        Assert.Equal(ofFew, ofMany);
        Assert.Equal((50, 10), (many.Board.Sources.Count, many.Board.Pages));
        Assert.Equal(50, many.Days.Count);
        Assert.All(many.Days.Values, days => Assert.Equal(SourceDays.Shown, days.Count));
        Assert.Contains(many.Days.Values, days => days.Count(d => d.Outcome == DayOutcome.Good) > 10);
        Assert.Single(many.Storage);
    }

    [Fact(Explicit = true)]
    public async Task Five_hundred_sources_and_a_million_jobs_are_read_within_100_ms()
    {
        await FillAsync(sources: 500, jobsOfEach: 2000);
        var times = new List<TimeSpan>();
        await using var storage = Storage();
        for (var round = 0; round < Rounds; round++)
        {
            await using var db = _bench.Database();
            var watch = Stopwatch.StartNew();
            await Model(db, storage).LoadAsync(new BoardFilter(), [], Cancel);
            times.Add(watch.Elapsed);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", times.Select(t => $"{t.TotalMilliseconds:0} ms")));
        Assert.InRange(times.Order().ElementAt(Rounds / 2), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    private async Task<(IndexModel Model, int Queries)> LookAsync()
    {
        var counter = new Counter();
        await using var storage = Storage();
        await using var plain = _bench.Database();
        await using var db = new AppDbContext(
            new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(plain.Database.GetConnectionString()).AddInterceptors(counter).Options);
        var model = Model(db, storage);
        await model.LoadAsync(new BoardFilter(), [], Cancel);
        return (model, counter.Count);
    }

    private IndexModel Model(AppDbContext db, ServiceProvider storage)
    {
        var (log, actor) = (PolicyBench.Log(db), new CurrentActor { Value = PolicyBench.Operator });
        return new IndexModel(
            db, Rows.Reader(_bench, db), new Incidents(db, log, actor, _bench.Clock),
            new UncoveredDatabases(db, log, actor, new EngineCatalog([]), _bench.Clock), new SourceDays(db, _bench.Clock),
            new KnownStorage(storage.GetRequiredService<IServiceScopeFactory>(), _bench.Clock), _bench.Clock);
    }

    private ServiceProvider Storage()
    {
        var stores = new ObjectStores(
            Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
            _bench.Secrets, NullLoggerFactory.Instance, _bench.Clock);
        return new ServiceCollection().AddScoped(_ => _bench.Database())
            .AddScoped(services => new StorageReader(services.GetRequiredService<AppDbContext>(), stores)).BuildServiceProvider();
    }

    // A run every ten hours of each, the last of every twentieth source failed.
    private async Task FillAsync(int sources, int jobsOfEach)
    {
        var first = await Rows.AttachedAsync(_bench);
        var now = _bench.Clock.GetUtcNow();
        FormattableString[] fill =
        [
            $"""
            insert into data_sources select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
                'name', 'source ' || gen_random_uuid()))).*
            from data_sources s, generate_series(2, {sources}) n where s.id = {first}
            """,
            $"""
            insert into policy_attachments (id, policy_id, data_source_id, is_enabled, priority, evaluated_until, created_at)
            select gen_random_uuid(), a.policy_id, s.id, true, 0, now(), a.created_at
            from policy_attachments a, data_sources s where a.data_source_id = {first}
                and not exists (select 1 from policy_attachments b where b.data_source_id = s.id)
            """,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested, error_summary)
            select gen_random_uuid(), case when n = 1 and a.rank % 20 = 0 then 'failed' else 'success' end, 'schedule',
                a.data_source_id, 'source', 'postgres',
                {StorageDestination.ManagedId}, 'storage', a.id, at, at, at, at + interval '5 minutes', 10, 5, false, 'pg_dump failed.'
            from (select id, data_source_id, row_number() over (order by id) as rank from policy_attachments a
                    where not exists (select 1 from backup_jobs j where j.data_source_id = a.data_source_id)) a,
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

    private sealed class Counter : DbCommandInterceptor
    {
        public int Count { get; private set; }

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default)
        {
            Count++;
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }
    }
}
