using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

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
    public async Task A_pause_of_a_policy_ends_by_itself_and_says_until_when_and_why()
    {
        var source = await SourceAsync();
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        var policy = await PausePolicyAsync(source, new PauseTerms(bench.Clock.GetUtcNow().AddHours(1), "migration"));
        await RoundAsync();
        var paused = Assert.Single(await OpenAsync(source));
        Assert.Equal(IncidentKind.Paused, paused.Kind);
        Assert.EndsWith("UTC: migration.", paused.Reason, StringComparison.Ordinal);

        await LiveAsync(TimeSpan.FromHours(1.1));

        Assert.Empty(await OpenAsync(source));
        var audit = (await bench.AuditAsync(policy)).Where(e => e.Action is "policy.paused" or "policy.resumed").ToList();
        Assert.Equal(["policy.paused", "policy.resumed"], audit.Select(e => e.Action));
        Assert.Contains("\"why\": \"migration\"", audit[0].Metadata, StringComparison.Ordinal);
        Assert.DoesNotContain("\"until\": null", audit[0].Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_pauses_until_somebody_resumes_people_are_reminded_every_week_whatever_becomes_of_the_promise()
    {
        var (source, other, ending) = (await SourceAsync(), await SourceAsync(), await SourceAsync());
        foreach (var one in (Guid[])[source, other, ending])
            await Rows.GoodAsync(bench, one, bench.Clock.GetUtcNow());
        await using (var db = bench.Database())
            await Pause(db).PauseAsync(source, new PauseTerms(null, "migration"), Cancel);
        await PausePolicyAsync(other, new PauseTerms(null, "the server moves"));
        await PausePolicyAsync(ending, new PauseTerms(bench.Clock.GetUtcNow().AddDays(20), "a long weekend"));
        for (var day = 0; day < 15; day++)
            await LiveAsync(TimeSpan.FromDays(1));

        foreach (var (one, reminders) in ((Guid, int)[])[(source, 2), (other, 2), (ending, 0)])
        {
            var open = await OpenAsync(one);
            var overdue = Assert.Single(open, i => i.Kind == IncidentKind.Overdue);
            Assert.Null(overdue.ToldAt);
            Assert.Equal(0, overdue.Reminders);
            Assert.Equal(reminders, open.Where(i => i.Kind == IncidentKind.Paused).Sum(i => i.Reminders));
        }

        foreach (var one in (Guid[])[source, other, ending])
            await Rows.ExecuteAsync(bench, $"delete from policy_attachments where data_source_id = {one}");
    }

    [Fact]
    public async Task An_incident_has_the_labels_of_its_source_and_of_its_policies()
    {
        var source = await SourceAsync();
        var (own, shared) = ("""{"team": "shop"}""", """{"team": "all", "tier": "1"}""");
        await Rows.ExecuteAsync(bench, $"update data_sources set labels = {own}::jsonb where id = {source}");
        await Rows.ExecuteAsync(
            bench,
            $"""
            update backup_policies set labels = {shared}::jsonb, environment = 'prod'
            where id = (select policy_id from policy_attachments where data_source_id = {source})
            """);
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow());
        await LiveAsync(TimeSpan.FromHours(60));

        var incident = Assert.Single(await OpenAsync(source));

        Assert.Equal(["team=shop", "tier=1"], incident.Labels);
        Assert.Equal([DataSourceEnvironment.Test, DataSourceEnvironment.Prod], incident.Environments);
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

    private async Task<Guid> PausePolicyAsync(Guid source, PauseTerms terms)
    {
        await using var db = bench.Database();
        var policy = (await db.Set<PolicyAttachment>().SingleAsync(a => a.DataSourceId == source, Cancel)).PolicyId;
        await bench.Attachments(db).PauseAsync(source, policy, terms, Cancel);
        return policy;
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

    private Task RoundAsync() => Rounds.RunAsync(bench, db => [new PausedPolicies(db)]);

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
