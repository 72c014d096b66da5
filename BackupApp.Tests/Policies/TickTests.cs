using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Policies;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>The schedule at work in real processes. Time is moved by moving back until when an attachment was evaluated.</summary>
[Trait("kind", "slow")]
public sealed class TickTests(JobBench bench) : IClassFixture<JobBench>
{
    private const string Yearly = "0 0 1 1 *";

    [Fact]
    public async Task Two_processes_that_evaluate_at_once_make_one_job_of_each_occurrence()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var first = await AppProcess.StartAsync(settings);
        await using var second = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(first);
        var attachments = new List<Guid>();
        for (var i = 0; i < 5; i++)
            attachments.Add(await bench.AttachAsync(client, settings, $"every minute {i}", "* * * * *"));

        await Until.TrueAsync(
            async () =>
                (await AttachedPolicies.ScheduledAsync(settings)).Select(j => j.AttachmentId).Distinct().Count() == attachments.Count,
            "every policy ticked",
            seconds: 100);

        var jobs = await AttachedPolicies.ScheduledAsync(settings);
        Assert.Equal(jobs.Count, jobs.Select(j => (j.AttachmentId, j.ScheduledFor)).Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(0, job.ScheduledFor.Second));
        await Until.TrueAsync(
            async () => (await AttachedPolicies.ScheduledAsync(settings)).Any(j => j.Status == RunStatus.Success),
            "a scheduled backup succeeds",
            seconds: 60);
    }

    [Fact]
    public async Task What_came_due_while_everything_was_down_is_missed_and_said_so_once()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        Guid attachment;
        await using (var app = await AppProcess.StartAsync(settings))
        {
            using var client = await AppClient.SignInAsync(app);
            attachment = await bench.AttachAsync(client, settings, "hourly", "7 * * * *");
        }

        // The schedule's minute is more than a quarter of an hour away from now, whenever that is.
        var quiet = (DateTimeOffset.UtcNow.Minute + 30) % 60;
        await AttachedPolicies.ExecuteAsync(settings, $"update backup_policies set cron = {$"{quiet} * * * *"}");
        await AttachedPolicies.ExecuteAsync(
            settings, $"update policy_attachments set evaluated_until = now() - interval '5 hours' where id = {attachment}");
        await using var next = await AppProcess.StartAsync(settings);

        await Until.TrueAsync(
            async () => (await AttachedPolicies.AuditAsync(settings, AuditActions.BackupMissed)).Count > 0,
            "the missed runs are audited",
            seconds: 100);
        var entry = Assert.Single(await AttachedPolicies.AuditAsync(settings, AuditActions.BackupMissed));
        Assert.Contains("\"count\": 5", entry.Metadata, StringComparison.Ordinal);
        Assert.Empty(await AttachedPolicies.ScheduledAsync(settings));
    }

    [Fact]
    public async Task A_recent_occurrence_is_queued_and_one_whose_predecessor_still_runs_is_skipped()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var relay = bench.Relay();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await bench.AttachAsync(client, settings, "every minute", "* * * * *", relay.Port);

        await Until.TrueAsync(
            async () => (await AttachedPolicies.AuditAsync(settings, AuditActions.BackupSkipped)).Count > 0,
            "a second occurrence is skipped",
            seconds: 150);

        Assert.Single(await AttachedPolicies.ScheduledAsync(settings));
        relay.Open();
    }

    [Fact]
    public async Task Pausing_the_source_cancels_what_is_queued_and_a_resumed_one_makes_nothing_up()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var web = await AppProcess.StartAsync(
            settings with
            {
                Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Roles"] = "web" },
            });
        using var client = await AppClient.SignInAsync(web);
        var attachment = await bench.AttachAsync(client, settings, "every minute, paused", "* * * * *");
        var source = (await AttachedPolicies.AttachmentAsync(settings, attachment)).DataSourceId;
        var job = await client.RunNowAsync(source);

        await client.SubmitAsync($"/DataSources/{source}", "?handler=SetActive", new() { ["active"] = "false" });

        var canceled = await JobBench.JobAsync(settings, job);
        Assert.Equal((RunStatus.Canceled, CancelReason.Paused), (canceled.Status, canceled.CancelReason));

        // Ten occurrences came due during the pause, as far as the attachment knows.
        await AttachedPolicies.ExecuteAsync(
            settings, $"update policy_attachments set evaluated_until = now() - interval '10 minutes' where id = {attachment}");
        var resumed = DateTimeOffset.UtcNow;
        await client.SubmitAsync($"/DataSources/{source}", "?handler=SetActive", new() { ["active"] = "true" });
        await using var worker = await AppProcess.StartAsync(
            settings with
            {
                Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Roles"] = "worker" },
            });
        await Until.TrueAsync(
            async () => (await AttachedPolicies.ScheduledAsync(settings)).Count > 0,
            "the next minute's run",
            seconds: 100);
        Assert.All(
            await AttachedPolicies.ScheduledAsync(settings),
            run => Assert.True(run.ScheduledFor > resumed, $"{run.ScheduledFor:O} was due during the pause."));
    }

    [Fact]
    public async Task Retention_deletes_what_the_rule_says_and_never_the_newest_good_backup()
    {
        bench.RequireServers();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(
            settings with
            {
                Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Backups__ReaperInterval"] = "1" },
            });
        using var client = await AppClient.SignInAsync(app);
        var attachment = await bench.AttachAsync(client, settings, "yearly", Yearly);
        await using var db = JobBench.Database(settings);
        var source = (
            await db.Set<PolicyAttachment>().SingleAsync(a => a.Id == attachment, TestContext.Current.CancellationToken)).DataSourceId;
        var jobs = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var (location, _) = await client.SubmitAsync($"/DataSources/{source}", "?handler=RunPolicy", []);
            var job = Guid.Parse(location!.Split('/')[2]);
            Assert.Equal("success", (await client.FinishedAsync(job)).Status);
            jobs.Add(job);
            // Scheduled, and years old: the last one the youngest.
            await AttachedPolicies.ExecuteAsync(
                settings,
                $"""
                update backup_jobs set trigger = 'schedule', started_at = now() - interval '3 years' + {i} * interval '1 day'
                where id = {job}
                """);
        }

        await AttachedPolicies.ExecuteAsync(settings, $"update backup_policies set keep_days = 7, keep_last = 2");
        Messages.Run<BackupApp.Retention.RetentionWorker>(settings, worker => worker.RunAsync(CancellationToken.None));

        foreach (var expired in jobs[..2])
            await Until.TrueAsync(
                async () => (await JobBench.JobAsync(settings, expired)).DeletedAt is not null,
                "the expired backup is deleted",
                seconds: 60);
        foreach (var gone in jobs[..2])
        {
            var job = await JobBench.JobAsync(settings, gone);
            Assert.True(job.BytesFreed > 0);
            Assert.Empty(await bench.LeftoversAsync(gone));
        }

        foreach (var kept in jobs[2..])
            Assert.Equal(3, (await bench.LeftoversAsync(kept)).Count);
        Assert.Equal(2, (await AttachedPolicies.AuditAsync(settings, AuditActions.BackupExpired)).Count);
    }
}
