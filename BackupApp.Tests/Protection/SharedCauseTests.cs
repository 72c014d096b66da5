using BackupApp.Alerts;
using BackupApp.Destinations;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>What real failures of one thing become for people: few messages, however many data sources fail at their own times.</summary>
public sealed class SharedCauseTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        await Rounds.PassGraceAsync(bench);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_bucket_that_dies_under_eight_data_sources_within_ten_minutes_is_two_messages()
    {
        var channel = await ChannelAsync();
        List<Guid> sources = [];
        for (var i = 0; i < 8; i++)
        {
            sources.Add(await Rows.AttachedAsync(bench));
            await Rows.GoodAsync(bench, sources[i], bench.Clock.GetUtcNow().AddHours(-3));
        }

        // Three at once, the others by and by.
        foreach (var (source, i) in sources.Select((s, i) => (s, i)))
        {
            var job = await Rows.JobAsync(bench, source, "failed", bench.Clock.GetUtcNow().AddMinutes(-6));
            await Rows.ExecuteAsync(
                bench, $"update backup_jobs set error_stage = 'store', error_summary = {$"Attempt {i} was refused."} where id = {job}");
            if (i >= 2)
                await LiveAsync(2);
        }

        await LiveAsync(20);

        var messages = await MessagesAsync(channel);
        Assert.Equal([3, 5], messages.Select(m => m.Alerts.Count));
        Assert.All(
            messages.SelectMany(m => m.Alerts), alert => Assert.Equal($"destination/{StorageDestination.ManagedId}", alert.Cause));
        Assert.All(messages, m => Assert.Single(m.Paragraphs()));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_one_cause_for_all_its_databases()
    {
        var channel = await ChannelAsync();
        for (var i = 0; i < 3; i++)
        {
            var source = await Rows.AttachedAsync(bench);
            await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-3));
            var job = await Rows.JobAsync(bench, source, "failed", bench.Clock.GetUtcNow().AddMinutes(-6));
            await Rows.ExecuteAsync(bench, $"update backup_jobs set error_stage = 'connect' where id = {job}");
        }

        await LiveAsync(4);

        var message = Assert.Single(await MessagesAsync(channel));
        Assert.Equal(3, message.Alerts.Count);
        Assert.All(message.Alerts, alert => Assert.Equal("server/db.example.com:5432", alert.Cause));
    }

    [Fact]
    public async Task A_bucket_whose_rules_removed_the_newest_backups_is_one_cause_for_all_data_sources()
    {
        var channel = await ChannelAsync("damaged");
        List<Guid> jobs = [];
        for (var i = 0; i < 3; i++)
        {
            var source = await Rows.AttachedAsync(bench);
            await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-30));
            jobs.Add(await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-3)));
        }

        await Rows.ExecuteAsync(bench, $"update backup_jobs set damaged_at = now() where id = any({jobs})");
        await LiveAsync(4);

        var message = Assert.Single(await MessagesAsync(channel));
        Assert.Equal(3, message.Alerts.Count);
        Assert.All(message.Alerts, alert => Assert.Equal($"destination/{StorageDestination.ManagedId}", alert.Cause));
        Assert.Single(message.Paragraphs());
    }

    [Theory]
    [InlineData(IncidentKind.SchedulerDead)]
    [InlineData(IncidentKind.QueueDead)]
    public async Task While_nothing_runs_what_is_overdue_for_want_of_a_run_has_that_for_its_cause(IncidentKind dead)
    {
        var own = OwnTroubles.Of(dead, "Nothing runs.");
        var source = await Rows.AttachedAsync(bench);
        var failing = await Rows.AttachedAsync(bench);
        foreach (var one in (Guid[])[source, failing])
            await Rows.GoodAsync(bench, one, bench.Clock.GetUtcNow().AddDays(-3));
        var job = await Rows.JobAsync(bench, failing, "failed", bench.Clock.GetUtcNow().AddHours(-3));
        await Rows.ExecuteAsync(bench, $"update backup_jobs set error_stage = 'store' where id = {job}");

        await Rounds.RunAsync(bench, _ => [new Found(own)]);

        Assert.Equal(own.Cause, Assert.Single(await Rounds.OpenAsync(bench, $"{source}")).Cause);
        Assert.Equal(
            $"destination/{StorageDestination.ManagedId}", Assert.Single(await Rounds.OpenAsync(bench, $"{failing}")).Cause);
        await Rounds.RunAsync(bench);
        Assert.Equal($"source/{source}", Assert.Single(await Rounds.OpenAsync(bench, $"{source}")).Cause);
    }

    // Of production, so that nothing waits for the morning.
    private async Task<Guid> ChannelAsync(string kind = "failing")
    {
        await using var db = bench.Database();
        await db.Set<AlertChannel>().ExecuteDeleteAsync(Cancel);
        var channel = AlertChannel.Create(ChannelKind.Webhook, isContract: false, bench.Clock.GetUtcNow());
        var rules = new ChannelRules { Kinds = [kind] };
        channel.Change("hook", true, new ChannelSettings(), rules, new ChannelSecrets("https://example.com"), true, bench.Secrets);
        db.Add(channel);
        await db.SaveChangesAsync(Cancel);
        return channel.Id;
    }

    private async Task LiveAsync(int minutes)
    {
        await using (var db = bench.Database())
            await db.Database.ExecuteSqlAsync($"update data_sources set environment = 'prod'", Cancel);
        for (var half = 0; half < minutes * 2; half++)
        {
            await Rounds.RunAsync(bench);
            await using (var db = bench.Database())
                await Rounds.Outbox(bench, db).ComposeAsync(Cancel);
            bench.Clock.Advance(TimeSpan.FromSeconds(30));
        }
    }

    private sealed class Found(Trouble trouble) : ITroubleFinder
    {
        public bool Finds(Incident incident) => incident.Kind == trouble.Kind;

        public Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Trouble>>([trouble]);
    }

    private async Task<List<AlertMessage>> MessagesAsync(Guid channel)
    {
        await using var db = bench.Database();
        return await db.Set<AlertDelivery>().AsNoTracking().Where(d => d.ChannelId == channel).OrderBy(d => d.CreatedAt)
            .Select(d => d.Message).ToListAsync(Cancel);
    }
}
