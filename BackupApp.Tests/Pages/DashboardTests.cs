using System.Data.Common;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Network;
using BackupApp.Pages;
using BackupApp.Pages.Protection;
using BackupApp.Pages.Ui;
using BackupApp.Protection;
using BackupApp.Protection.Board;
using BackupApp.Protection.Uncovered;
using BackupApp.Protection.Weekly;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Protection;
using BackupApp.Tests.Support;
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
        await Rows.FillAsync(_bench, sources: 2, jobsOfEach: 40);
        var (few, ofFew) = await LookAsync();
        await Rows.FillAsync(_bench, sources: 498, jobsOfEach: 40);

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
        await Rows.FillAsync(_bench, sources: 500, jobsOfEach: 2000);
        await using var services = Storage();
        // One for the process, as in the app.
        using var storage = new KnownStorage(services.GetRequiredService<IServiceScopeFactory>(), _bench.Clock);
        var median = await Timing.MedianAsync("dashboard", Rounds, async () =>
        {
            await using var db = _bench.Database();
            await Model(db, storage).LoadAsync(new BoardFilter(), [], ViewerZone.Named("UTC"), Cancel);
        });
        Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    private async Task<(IndexModel Model, int Queries)> LookAsync()
    {
        var counter = new Counter();
        await using var services = Storage();
        using var storage = new KnownStorage(services.GetRequiredService<IServiceScopeFactory>(), _bench.Clock);
        await using var plain = _bench.Database();
        await using var db = new AppDbContext(
            new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(plain.Database.GetConnectionString()).AddInterceptors(counter).Options);
        var model = Model(db, storage);
        await model.LoadAsync(new BoardFilter(), [], ViewerZone.Named("UTC"), Cancel);
        return (model, counter.Count);
    }

    private IndexModel Model(AppDbContext db, KnownStorage storage)
    {
        var (log, actor) = (PolicyBench.Log(db), new CurrentActor { Value = PolicyBench.Operator });
        return new IndexModel(
            db, Rows.Reader(_bench, db), new Incidents(db, log, actor, _bench.Clock),
            new UncoveredDatabases(db, log, actor, new EngineCatalog([]), _bench.Clock), new SourceDays(db),
            storage, _bench.Clock);
    }

    private ServiceProvider Storage()
    {
        var stores = Rows.Stores(_bench);
        return new ServiceCollection().AddScoped(_ => _bench.Database())
            .AddScoped(services => new StorageReader(services.GetRequiredService<AppDbContext>(), stores)).BuildServiceProvider();
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
