using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>The recurring jobs of Hangfire follow the policies, in a real process.</summary>
[Trait("kind", "slow")]
public sealed class ScheduleSyncTests(JobBench bench) : IClassFixture<JobBench>
{
    private const string Yearly = "0 0 1 1 *";

    [Fact]
    public async Task A_policy_that_says_so_makes_up_for_a_downtime_with_one_run()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await bench.AttachAsync(client, settings, "yearly", Yearly);
        var quiet = (DateTimeOffset.UtcNow.Minute + 30) % 60;
        await AttachedPolicies.ExecuteAsync(
            settings, $"update backup_policies set run_once_after_downtime = true, cron = {$"{quiet} * * * *"}");
        await AttachedPolicies.ExecuteAsync(
            settings, $"update policy_attachments set evaluated_until = now() - interval '5 hours' where id = {attachment}");

        await AttachedPolicies.ExecuteAsync(settings, $"update schedule_beats set at = now() - interval '1 day'");

        // A round that finds the attachment in the hands of another passes it over; then the other one makes the job.
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));
        await Until.TrueAsync(
            async () => (await AttachedPolicies.ScheduledAsync(settings)).Count > 0,
            "the run is made up for",
            seconds: 150);
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));

        await using (var db = JobBench.Database(settings))
        {
            var beat = await db.Set<ScheduleBeat>().SingleAsync(TestContext.Current.CancellationToken);
            Assert.InRange(beat.At, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(1));
        }

        var job = Assert.Single(await AttachedPolicies.ScheduledAsync(settings));
        Assert.Equal(quiet, job.ScheduledFor.Minute);
        Assert.InRange(job.ScheduledFor, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
        Assert.Contains(
            "\"count\": 4",
            Assert.Single(await AttachedPolicies.AuditAsync(settings, AuditActions.BackupMissed)).Metadata,
            StringComparison.Ordinal);
        Assert.Equal("success", (await client.FinishedAsync(job.Id)).Status);
    }

    [Fact]
    public async Task An_edited_policy_takes_effect_at_once_and_runs_nothing_for_a_time_that_is_past()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await bench.AttachAsync(client, settings, "yearly", Yearly);
        await AttachedPolicies.ExecuteAsync(
            settings, $"update policy_attachments set evaluated_until = now() - interval '10 minutes' where id = {attachment}");
        await using var db = JobBench.Database(settings);
        var policy = await db.Set<BackupPolicy>().AsNoTracking().SingleAsync(TestContext.Current.CancellationToken);
        // Due a few minutes ago, and not again for a while.
        var cron = $"{(DateTimeOffset.UtcNow.Minute + 57) % 60} * * * *";

        var (location, html) = await client.SubmitAsync(
            $"/Policies/Edit/{policy.Id}",
            "",
            AttachedPolicies.Form("yearly", cron, new() { ["Version"] = $"{policy.Version}" }));
        Assert.True(location is not null, html);

        await Until.TrueAsync(async () => await RecurringAsync(db, policy.Id) == cron, "Hangfire follows", seconds: 15);
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.TickAsync(policy.Id, CancellationToken.None));
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));
        Assert.Empty(await AttachedPolicies.ScheduledAsync(settings));
        Assert.Empty(await AttachedPolicies.AuditAsync(settings, AuditActions.BackupMissed));
    }

    [Fact]
    public async Task A_recurring_job_that_was_lost_comes_back_and_a_policy_whose_zone_was_lost_stops_no_other()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        await bench.AttachAsync(client, settings, "a lost zone", Yearly);
        await bench.AttachAsync(client, settings, "good", Yearly);
        await using var db = JobBench.Database(settings);
        var good = await db.Set<BackupPolicy>()
            .Where(p => p.Name == "good")
            .Select(p => p.Id)
            .SingleAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(async () => await RecurringAsync(db, good) == Yearly, "Hangfire knows it", seconds: 15);
        await AttachedPolicies.ExecuteAsync(
            settings, $"update backup_policies set time_zone = 'Atlantis/Capital' where name = 'a lost zone'");
        await AttachedPolicies.ExecuteAsync(settings, $"delete from hangfire.hash where key = {$"recurring-job:policy:{good}"}");
        await AttachedPolicies.ExecuteAsync(settings, $"delete from hangfire.set where value = {$"policy:{good}"}");

        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));

        Assert.Equal(Yearly, await RecurringAsync(db, good));
    }

    [Fact]
    public async Task Ticks_have_threads_of_their_own_and_those_of_an_older_installation_move_to_them()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        await bench.AttachAsync(client, settings, "yearly", Yearly);
        await using var db = JobBench.Database(settings);
        var policy = await db.Set<BackupPolicy>().Select(p => p.Id).SingleAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(async () => await RecurringAsync(db, policy) == Yearly, "Hangfire knows it", seconds: 15);
        string[] ticks = [ScheduleWorker.ReconcileId, $"policy:{policy}"];
        await Until.TrueAsync(() => Queues().Count == 2, "both are registered", seconds: 15);
        foreach (var recurring in Messages.Recurring(settings).Where(r => ticks.Contains(r.Id)))
            Messages.Requeue(settings, recurring, BackupQueue.Control);
        Assert.Equal(["control", "control"], Queues());
        await app.TerminateAsync();

        await using var next = await AppProcess.StartAsync(settings);
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));
        await Until.TrueAsync(() => Queues() is ["clock", "clock"], "both moved", seconds: 15);

        var served = await db.Database.SqlQuery<string>($"select data ->> 'Queues' as \"Value\" from hangfire.server")
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Contains(served, queues => queues.Contains("\"clock\"", StringComparison.Ordinal));

        List<string?> Queues() => [.. Messages.Recurring(settings).Where(r => ticks.Contains(r.Id)).Select(r => r.Job.Queue)];
    }

    /// <summary>The cron expression that Hangfire goes by; null when it knows nothing of the policy.</summary>
    private static Task<string?> RecurringAsync(AppDbContext db, Guid policy) =>
        db.Database.SqlQuery<string?>(
                $"select value as \"Value\" from hangfire.hash where key = {$"recurring-job:policy:{policy}"} and field = 'Cron'")
            .SingleOrDefaultAsync(TestContext.Current.CancellationToken);
}
