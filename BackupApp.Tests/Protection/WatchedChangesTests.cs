using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>
/// What people do to schedules and sources before the eyes of the watch: it alarms nobody by itself, and nothing ends by it that does not.
/// </summary>
public sealed class WatchedChangesTests : IAsyncLifetime
{
    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        await _bench.RequireAsync();
        await Rounds.PassGraceAsync(_bench);
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    // It is noon, and the nightly backup of 02:15 is good.
    [Theory]
    [InlineData("15 3 * * *")]
    [InlineData("0 6 * * *")]
    [InlineData("30 11 * * *")]
    [InlineData("0 * * * *")]
    [InlineData("30 3 * * 0")]
    public async Task A_schedule_that_is_moved_makes_nothing_overdue_before_its_first_run_could_be_done(string cron)
    {
        var source = await SourceAsync();
        await using (var db = _bench.Database())
        {
            var id = await PolicyAsync(source);
            var policy = await db.Set<BackupPolicy>().AsNoTracking().SingleAsync(p => p.Id == id, Cancel);
            var input = PolicyInput.From(policy);
            input.Cron = cron;
            await _bench.Editor(db).UpdateAsync(id, policy.Version, input, Cancel);
        }

        await HoldsUntilDueAsync(source);
    }

    [Fact]
    public async Task An_hourly_policy_that_is_attached_to_what_runs_at_night_makes_nothing_overdue()
    {
        var source = await SourceAsync();
        var hourly = await _bench.AddPolicyAsync(input => input.Cron = "0 * * * *");
        await using (var db = _bench.Database())
            await _bench.Attachments(db).AttachAsync(source, hourly.Id, enabled: true, priority: 0, Cancel);

        await HoldsUntilDueAsync(source);
    }

    [Fact]
    public async Task What_is_resumed_after_weeks_is_not_overdue_at_once_neither_a_source_nor_a_policy()
    {
        var (source, other) = (await SourceAsync(), await SourceAsync());
        var policy = await PolicyAsync(other);
        await using (var db = _bench.Database())
        {
            await Pause(db).PauseAsync(source, new PauseTerms(null, "migration"), Cancel);
            await _bench.Attachments(db).PauseAsync(other, policy, new PauseTerms(null, "migration"), Cancel);
        }

        _bench.Clock.Advance(TimeSpan.FromDays(21));
        await Rounds.PassGraceAsync(_bench);
        await Rounds.RunAsync(_bench);
        foreach (var one in (Guid[])[source, other])
            Assert.Null(Assert.Single(await OpenAsync(one), i => i.Kind == IncidentKind.Overdue).ToldAt);
        await using (var db = _bench.Database())
        {
            await Pause(db).ResumeAsync(source, Cancel);
            await _bench.Attachments(db).ResumeAsync(other, policy, Cancel);
        }

        await HoldsUntilDueAsync(source);
        await HoldsUntilDueAsync(other);
    }

    [Fact]
    public async Task What_is_the_matter_with_a_source_that_is_deleted_ends_without_a_word()
    {
        var source = await SourceAsync();
        await using (var db = _bench.Database())
        {
            var channel = AlertChannel.Create(ChannelKind.Webhook, isContract: false, Now);
            var secrets = new ChannelSecrets("https://example.com");
            channel.Change($"hook {channel.Id}", true, new ChannelSettings(), new ChannelRules(), secrets, true, _bench.Secrets);
            db.Add(channel);
            await db.SaveChangesAsync(Cancel);
        }

        await Rows.JobAsync(_bench, source, "failed", Now.AddMinutes(-10));
        await Rounds.RunAsync(_bench);
        var incident = Assert.Single(await OpenAsync(source));
        Assert.Equal((IncidentKind.Failing, true), (incident.Kind, incident.ToldAt is not null));
        Assert.Equal([AlertWhat.Begin], (await WaitingAsync()).Select(a => a.What)); // for the morning

        await using (var db = _bench.Database())
        {
            var log = PolicyBench.Log(db);
            var incidents = new DeletedSourceIncidents(db, log, Rounds.Outbox(_bench, db), _bench.Clock);
            await new DeleteDataSource(db, log, [incidents], _bench.Clock).RunAsync(source, Cancel);
        }

        await Rounds.RunAsync(_bench);
        Assert.Empty(await OpenAsync(source));
        Assert.Empty(await WaitingAsync());
        var ended = Assert.Single(await _bench.AuditAsync(incident.Id), e => e.Action == "incident.ended");
        Assert.Contains("\"because\": \"data source deleted\"", ended.Metadata, StringComparison.Ordinal);
    }

    private async Task HoldsUntilDueAsync(Guid source)
    {
        await Rounds.RunAsync(_bench);
        Assert.DoesNotContain(await OpenAsync(source), i => i.Kind == IncidentKind.Overdue);
        await using var db = _bench.Database();
        var state = (await Rows.Reader(_bench, db).OfAsync([source], Cancel))[source].State;
        Assert.True(state.Holds, state.Reason);
        Assert.True(state.Promise.DueAt > Now, $"{state.Promise.DueAt}");
        Assert.True(state.Promise.BreaksAt > state.Promise.DueAt, $"{state.Promise}");
    }

    private async Task<Guid> SourceAsync()
    {
        var source = await Rows.AttachedAsync(_bench);
        var today = new DateTimeOffset(Now.UtcDateTime.Date, TimeSpan.Zero);
        await Rows.GoodAsync(_bench, source, today.AddHours(2).AddMinutes(15));
        await Rounds.RunAsync(_bench);
        return source;
    }

    private async Task<Guid> PolicyAsync(Guid source)
    {
        await using var db = _bench.Database();
        return (await db.Set<PolicyAttachment>().SingleAsync(a => a.DataSourceId == source, Cancel)).PolicyId;
    }

    private Task<List<Incident>> OpenAsync(Guid source) => Rounds.OpenAsync(_bench, $"{source}");

    private async Task<List<AlertEvent>> WaitingAsync()
    {
        await using var db = _bench.Database();
        return await db.Set<AlertNotice>().AsNoTracking().Where(n => n.DeliveryId == null).Select(n => n.Event).ToListAsync(Cancel);
    }

    private PauseDataSource Pause(AppDbContext db) => new(db, PolicyBench.Log(db), _bench.Clock);
}
