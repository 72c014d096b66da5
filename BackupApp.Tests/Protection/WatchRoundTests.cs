using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Network;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Protection;

/// <summary>The watch over real rows, with a clock of its own. Nothing of Hangfire is there, let alone alive.</summary>
public sealed class WatchRoundTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        await LiveAsync(TimeSpan.FromMinutes(20));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task With_nothing_scheduling_a_broken_promise_is_found_and_told_once_by_two_processes()
    {
        var source = await SourceAsync();
        var made = bench.Clock.GetUtcNow();
        await Rows.GoodAsync(bench, source, made);
        var breaks = await BreaksAtAsync(source);
        await LiveAsync(breaks - made - TimeSpan.FromMinutes(1));
        Assert.Empty(await OpenAsync(source));

        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(RoundAsync(), RoundAsync(), RoundAsync());
        await RoundAsync();

        var incident = Assert.Single(await OpenAsync(source));
        Assert.Equal((IncidentKind.Overdue, breaks), (incident.Kind, incident.BeganAt));
        Assert.NotNull(incident.ToldAt);
        Assert.Single(await bench.AuditAsync(incident.Id), e => e.Action == "incident.began");
    }

    [Fact]
    public async Task A_good_backup_ends_it()
    {
        var source = await SourceAsync();
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await LiveAsync(TimeSpan.FromHours(60));
        Assert.Equal(IncidentKind.Overdue, Assert.Single(await OpenAsync(source)).Kind);

        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await RoundAsync();

        Assert.Empty(await OpenAsync(source));
    }

    [Fact]
    public async Task A_pause_ends_by_itself()
    {
        var source = await SourceAsync();
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await using (var db = bench.Database())
            await Pause(db).PauseAsync(source, new PauseTerms(bench.Clock.GetUtcNow().AddHours(1), "migration"), Cancel);
        await RoundAsync();
        Assert.Equal(IncidentKind.Paused, Assert.Single(await OpenAsync(source)).Kind);

        await LiveAsync(TimeSpan.FromHours(1.1));

        Assert.Empty(await OpenAsync(source));
        Assert.Equal(["datasource.deactivated", "datasource.activated"], (await bench.AuditAsync(source)).Select(e => e.Action));
    }

    [Fact]
    public async Task Removing_the_last_schedule_keeps_its_promise()
    {
        var source = await SourceAsync();
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await RoundAsync();
        var breaks = await BreaksAtAsync(source);
        await using (var db = bench.Database())
        {
            await db.Database.ExecuteSqlAsync($"delete from policy_attachments where data_source_id = {source}", Cancel);
        }

        await RoundAsync();
        Assert.Equal(IncidentKind.Unscheduled, Assert.Single(await OpenAsync(source)).Kind);
        Assert.Equal(breaks, await BreaksAtAsync(source));
        await LiveAsync(TimeSpan.FromHours(50));
        Assert.Equal(IncidentKind.Overdue, Assert.Single(await OpenAsync(source)).Kind);
    }

    private Task<Guid> SourceAsync() => Rows.AttachedAsync(bench);

    // Long spans are jumped over; the grace that a jump brings is over when the span is.
    private async Task LiveAsync(TimeSpan span)
    {
        bench.Clock.Advance(span - TimeSpan.FromMinutes(20));
        for (var minutes = 0; minutes < 20; minutes += 4)
        {
            await RoundAsync();
            bench.Clock.Advance(TimeSpan.FromMinutes(4));
        }

        await RoundAsync();
    }

    private async Task RoundAsync()
    {
        await using var db = bench.Database();
        var reader = Rows.Reader(bench, db);
        var outbox = new Outbox(db, Options.Create(new PublicAddress()), bench.Clock);
        var promises = new PromiseChanges(db, reader, PolicyBench.Log(db));
        var pauses = new EndedPauses(db, Pause(db), bench.Attachments(db));
        var happenings = new Happenings(db, [new RestoreHappenings(db), new AccountHappenings(db)]);
        await new WatchRound(
            db, reader, promises, [new PausedPolicies(db)], pauses, happenings, PolicyBench.Log(db), outbox, bench.Clock).RunAsync(Cancel);
    }

    private async Task<List<Incident>> OpenAsync(Guid source)
    {
        await using var db = bench.Database();
        return await db.Set<Incident>().AsNoTracking().Where(i => i.DataSourceId == source && i.EndedAt == null).ToListAsync(Cancel);
    }

    private async Task<DateTimeOffset> BreaksAtAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await Rows.Reader(bench, db).OfAsync([source], Cancel))[source].State.Promise.BreaksAt!.Value;
    }

    private PauseDataSource Pause(AppDbContext db) => new(db, PolicyBench.Log(db), bench.Clock);
}
