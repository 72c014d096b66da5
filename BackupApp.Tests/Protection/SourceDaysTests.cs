using System.Text.Json;
using BackupApp.Audit;
using BackupApp.Pages.Ui;
using BackupApp.Protection.Board;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>What the last days brought, as it is read from real rows.</summary>
public sealed class SourceDaysTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private DateTimeOffset Noon => bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_day_is_as_good_as_the_best_that_came_of_it()
    {
        var (source, other) = (await Rows.AttachedAsync(bench), await Rows.AttachedAsync(bench));
        await Rows.JobAsync(bench, source, "failed", Noon.AddHours(-1));
        await Rows.JobAsync(bench, source, "success", Noon.AddDays(-1));
        await Rows.JobAsync(bench, source, "failed", Noon.AddDays(-1).AddHours(1));
        await Rows.JobAsync(bench, source, "partial", Noon.AddDays(-2));
        await Rows.JobAsync(bench, source, "canceled", Noon.AddDays(-3));
        var damaged = await Rows.JobAsync(bench, source, "success", Noon.AddDays(-4));
        await Rows.ExecuteAsync(bench, $"update backup_jobs set damaged_at = now() where id = {damaged}");
        await Rows.JobAsync(bench, source, "success", Noon.AddDays(-7));
        await Rows.JobAsync(bench, other, "success", Noon.AddDays(-2));

        var days = await ReadAsync(7, source, other);

        Assert.Equal("--F-PGF", Shape(days[source]));
        Assert.Equal("----G--", Shape(days[other]));
        Assert.Equal(DateOnly.FromDateTime(Noon.UtcDateTime), days[source][^1].Day);
        Assert.Equal(5, days[source][5].Bytes);
        Assert.Null(days[source][4].Bytes);
    }

    [Fact]
    public async Task Days_of_runs_that_did_not_take_place_are_missed_unless_something_ran()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Noon.AddDays(-3));
        await MissAsync(source, Noon.AddDays(-4), Noon.AddDays(-2), 3);
        await MissAsync(source, Noon.AddDays(-14), Noon.AddDays(-7), 2);

        Assert.Equal("M------M--MGM--", Shape((await ReadAsync(15, source))[source]));
    }

    [Fact]
    public async Task A_weekly_schedule_that_was_down_for_two_weeks_missed_two_days()
    {
        var source = await Rows.AttachedAsync(bench);
        await MissAsync(source, Noon.AddDays(-14), Noon.AddDays(-7), 2);
        var today = DateOnly.FromDateTime(Noon.UtcDateTime);
        await using var db = bench.Database();

        var missed = await new SourceDays(db).MissedAsync(
            source, ViewerZone.Named("UTC").Days(today.AddDays(-20), today), TestContext.Current.CancellationToken);

        Assert.Equal([today.AddDays(-14), today.AddDays(-7)], missed.Order());
    }

    [Theory]
    [InlineData("Europe/Berlin", "-G-")]
    [InlineData("America/New_York", "G--")]
    public async Task A_day_is_the_viewers(string zone, string shape)
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.JobAsync(bench, source, "success", Noon.Date.AddDays(-2).AddHours(23.5));

        Assert.Equal(shape, Shape((await ReadAsync(3, zone, source))[source]));
    }

    private async Task MissAsync(Guid source, DateTimeOffset first, DateTimeOffset last, int count)
    {
        var noted = JsonSerializer.Serialize(new { policy = "nightly", count, first, last }, JsonSerializerOptions.Web);
        await using var db = bench.Database();
        var target = new AuditTarget("datasource", source, "shop");
        var entry = db.Add(AuditEntry.Create(PolicyBench.Operator, AuditActions.BackupMissed, target, noted));
        entry.Property(e => e.CreatedAt).CurrentValue = last;
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private Task<IReadOnlyDictionary<Guid, IReadOnlyList<SourceDay>>> ReadAsync(int count, params Guid[] sources) =>
        ReadAsync(count, "UTC", sources);

    private async Task<IReadOnlyDictionary<Guid, IReadOnlyList<SourceDay>>> ReadAsync(int count, string zone, params Guid[] sources)
    {
        var (viewer, today) = (ViewerZone.Named(zone), ViewerZone.Named(zone).DayOf(Noon));
        await using var db = bench.Database();
        return await new SourceDays(db).ReadAsync(
            sources, viewer.Days(today.AddDays(1 - count), today), TestContext.Current.CancellationToken);
    }

    private static string Shape(IEnumerable<SourceDay> days) =>
        string.Concat(days.Select(d => d.Outcome == DayOutcome.None ? '-' : d.Outcome.ToString()[0]));
}
