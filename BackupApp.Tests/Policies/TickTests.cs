using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

/// <summary>The schedule at work in real processes. Time is moved by moving back until when an attachment was evaluated.</summary>
public sealed class TickTests(JobBench bench) : IClassFixture<JobBench>
{
    private const string Yearly = "0 0 1 1 *";

    [Fact]
    public async Task Two_processes_that_evaluate_at_once_make_one_job_of_each_occurrence()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var first = await AppProcess.StartAsync(settings);
        await using var second = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(first);
        var attachments = new List<Guid>();
        for (var i = 0; i < 5; i++)
            attachments.Add(await AttachAsync(client, settings, $"every minute {i}", "* * * * *"));

        await Until.TrueAsync(async () => (await ScheduledAsync(settings)).Select(j => j.AttachmentId).Distinct().Count() == attachments.Count, "every policy ticked", seconds: 100);

        var jobs = await ScheduledAsync(settings);
        Assert.Equal(jobs.Count, jobs.Select(j => (j.AttachmentId, j.ScheduledFor)).Distinct().Count());
        Assert.All(jobs, job => Assert.Equal(0, job.ScheduledFor.Second));
        await Until.TrueAsync(async () => (await ScheduledAsync(settings)).Any(j => j.Status == BackupStatus.Success), "a scheduled backup succeeds", seconds: 60);
    }

    [Fact]
    public async Task What_came_due_while_everything_was_down_is_missed_and_said_so_once()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        Guid attachment;
        await using (var app = await AppProcess.StartAsync(settings))
        {
            using var client = await AppClient.SignInAsync(app);
            attachment = await AttachAsync(client, settings, "hourly", "7 * * * *");
        }

        // The schedule's minute is more than a quarter of an hour away from now, whenever that is.
        var quiet = (DateTimeOffset.UtcNow.Minute + 30) % 60;
        await ExecuteAsync(settings, $"update backup_policies set cron = {$"{quiet} * * * *"}");
        await ExecuteAsync(settings, $"update policy_attachments set evaluated_until = now() - interval '5 hours' where id = {attachment}");
        await using var next = await AppProcess.StartAsync(settings);

        await Until.TrueAsync(async () => (await AuditAsync(settings, AuditActions.BackupMissed)).Count > 0, "the missed runs are audited", seconds: 100);
        var entry = Assert.Single(await AuditAsync(settings, AuditActions.BackupMissed));
        Assert.Contains("\"count\": 5", entry.Metadata, StringComparison.Ordinal);
        Assert.Empty(await ScheduledAsync(settings));
    }

    [Fact]
    public async Task A_policy_that_says_so_makes_up_for_a_downtime_with_one_run()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await AttachAsync(client, settings, "yearly", Yearly);
        var quiet = (DateTimeOffset.UtcNow.Minute + 30) % 60;
        await ExecuteAsync(settings, $"update backup_policies set run_once_after_downtime = true, cron = {$"{quiet} * * * *"}");
        await ExecuteAsync(settings, $"update policy_attachments set evaluated_until = now() - interval '5 hours' where id = {attachment}");

        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));

        var job = Assert.Single(await ScheduledAsync(settings));
        Assert.Equal(quiet, job.ScheduledFor.Minute);
        Assert.InRange(job.ScheduledFor, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
        Assert.Contains("\"count\": 4", Assert.Single(await AuditAsync(settings, AuditActions.BackupMissed)).Metadata, StringComparison.Ordinal);
        Assert.Equal("success", (await client.FinishedAsync(job.Id)).Status);
    }

    [Fact]
    public async Task An_edited_policy_takes_effect_at_once_and_runs_nothing_for_a_time_that_is_past()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await AttachAsync(client, settings, "yearly", Yearly);
        await ExecuteAsync(settings, $"update policy_attachments set evaluated_until = now() - interval '10 minutes' where id = {attachment}");
        await using var db = JobBench.Database(settings);
        var (id, version) = await db.Set<BackupPolicy>().Select(p => ValueTuple.Create(p.Id, p.Version)).SingleAsync(TestContext.Current.CancellationToken);
        // Due a few minutes ago, and not again for a while.
        var cron = $"{(DateTimeOffset.UtcNow.Minute + 57) % 60} * * * *";

        var (location, html) = await client.SubmitAsync($"/Policies/Edit/{id}", "", Form("yearly", cron, new() { ["Version"] = $"{version}" }));
        Assert.True(location is not null, html);

        await Until.TrueAsync(async () => await RecurringAsync(db, id) == cron, "Hangfire follows", seconds: 15);
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.TickAsync(id, CancellationToken.None));
        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));
        Assert.Empty(await ScheduledAsync(settings));
        Assert.Empty(await AuditAsync(settings, AuditActions.BackupMissed));
    }

    [Fact]
    public async Task A_recurring_job_that_was_lost_comes_back_and_a_policy_whose_zone_was_lost_stops_no_other()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        await AttachAsync(client, settings, "a lost zone", Yearly);
        await AttachAsync(client, settings, "good", Yearly);
        await using var db = JobBench.Database(settings);
        var good = await db.Set<BackupPolicy>().Where(p => p.Name == "good").Select(p => p.Id).SingleAsync(TestContext.Current.CancellationToken);
        await Until.TrueAsync(async () => await RecurringAsync(db, good) == Yearly, "Hangfire knows it", seconds: 15);
        await ExecuteAsync(settings, $"update backup_policies set time_zone = 'Atlantis/Capital' where name = 'a lost zone'");
        await ExecuteAsync(settings, $"delete from hangfire.hash where key = {$"recurring-job:policy:{good}"}");
        await ExecuteAsync(settings, $"delete from hangfire.set where value = {$"policy:{good}"}");

        await Messages.RunToEndAsync<ScheduleWorker>(settings, worker => worker.ReconcileAsync(CancellationToken.None));

        Assert.Equal(Yearly, await RecurringAsync(db, good));
    }

    [Fact]
    public async Task A_recent_occurrence_is_queued_and_one_whose_predecessor_still_runs_is_skipped()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var relay = bench.Relay();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var attachment = await AttachAsync(client, settings, "every minute", "* * * * *", relay.Port);

        await Until.TrueAsync(async () => (await AuditAsync(settings, AuditActions.BackupSkipped)).Count > 0, "a second occurrence is skipped", seconds: 150);

        Assert.Single(await ScheduledAsync(settings));
        relay.Open();
    }

    [Fact]
    public async Task Pausing_the_source_cancels_what_is_queued_and_a_resumed_one_makes_nothing_up()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings with { Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Roles"] = "web" } });
        using var client = await AppClient.SignInAsync(app);
        var attachment = await AttachAsync(client, settings, "yearly", Yearly);
        await using var db = JobBench.Database(settings);
        var source = (await db.Set<PolicyAttachment>().SingleAsync(a => a.Id == attachment, TestContext.Current.CancellationToken)).DataSourceId;
        var job = await client.RunNowAsync(source);

        await client.SubmitAsync($"/DataSources/{source}", "?handler=SetActive", new() { ["active"] = "false" });

        var canceled = await JobBench.JobAsync(settings, job);
        Assert.Equal((BackupStatus.Canceled, CancelReason.Paused), (canceled.Status, canceled.CancelReason));
    }

    [Fact]
    public async Task Retention_deletes_what_the_rule_says_and_never_the_newest_good_backup()
    {
        await bench.RequireAsync();
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings with { Variables = new Dictionary<string, string>(JobBench.Variables) { ["BackupApp__Backups__ReaperInterval"] = "1" } });
        using var client = await AppClient.SignInAsync(app);
        var attachment = await AttachAsync(client, settings, "yearly", Yearly);
        await using var db = JobBench.Database(settings);
        var source = (await db.Set<PolicyAttachment>().SingleAsync(a => a.Id == attachment, TestContext.Current.CancellationToken)).DataSourceId;
        var jobs = new List<Guid>();
        for (var i = 0; i < 4; i++)
        {
            var (location, _) = await client.SubmitAsync($"/DataSources/{source}", "?handler=RunPolicy", []);
            var job = Guid.Parse(location!.Split('/')[2]);
            Assert.Equal("success", (await client.FinishedAsync(job)).Status);
            jobs.Add(job);
            // Scheduled, and years old: the last one the youngest.
            await ExecuteAsync(settings, $"update backup_jobs set trigger = 'schedule', started_at = now() - interval '3 years' + {i} * interval '1 day' where id = {job}");
        }

        await ExecuteAsync(settings, $"update backup_policies set keep_days = 7, keep_last = 2");
        Messages.Run<BackupApp.Retention.RetentionWorker>(settings, worker => worker.RunAsync(CancellationToken.None));

        foreach (var expired in jobs[..2])
            await Until.TrueAsync(async () => (await JobBench.JobAsync(settings, expired)).DeletedAt is not null, "the expired backup is deleted", seconds: 60);
        foreach (var gone in jobs[..2])
        {
            var job = await JobBench.JobAsync(settings, gone);
            Assert.True(job.BytesFreed > 0);
            Assert.Empty(await bench.LeftoversAsync(gone));
        }

        foreach (var kept in jobs[2..])
            Assert.Equal(2, (await bench.LeftoversAsync(kept)).Count);
        Assert.Equal(2, (await AuditAsync(settings, AuditActions.BackupExpired)).Count);
    }

    /// <summary>Adds a source of its own and a policy, and attaches the two.</summary>
    private async Task<Guid> AttachAsync(AppClient client, AppSettings settings, string name, string cron, int? port = null)
    {
        var source = await bench.AddSourceAsync(port is null ? await bench.Postgres.CreateDatabaseAsync() : await bench.NoiseAsync(), port, client);
        var (location, html) = await client.SubmitAsync("/Policies/Create", "", Form(name, cron, []));
        Assert.True(location is not null, html);
        await using var db = JobBench.Database(settings);
        var policy = await db.Set<BackupPolicy>().SingleAsync(p => p.Name == name, TestContext.Current.CancellationToken);
        await client.SubmitAsync($"/DataSources/{source}", "/Policies?handler=Attach", new() { ["PolicyId"] = policy.Id.ToString() });
        return (await db.Set<PolicyAttachment>().SingleAsync(a => a.PolicyId == policy.Id, TestContext.Current.CancellationToken)).Id;
    }

    private static Dictionary<string, string> Form(string name, string cron, Dictionary<string, string> more) => new(more)
    {
        ["Input.Name"] = name,
        ["Input.Cron"] = cron,
        ["Input.TimeZone"] = "UTC",
        ["Input.KeepDays"] = "0",
        ["Input.KeepLast"] = "0",
        ["Input.DestinationId"] = BackupApp.Destinations.StorageDestination.ManagedId.ToString(),
        ["Input.CompressionLevel"] = "6",
    };

    /// <summary>The cron expression that Hangfire goes by; null when it knows nothing of the policy.</summary>
    private static Task<string?> RecurringAsync(BackupApp.Data.AppDbContext db, Guid policy) => db.Database
        .SqlQuery<string?>($"select value as \"Value\" from hangfire.hash where key = {$"recurring-job:policy:{policy}"} and field = 'Cron'")
        .SingleOrDefaultAsync(TestContext.Current.CancellationToken);

    private static async Task<List<BackupJob>> ScheduledAsync(AppSettings settings)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<BackupJob>().AsNoTracking().Where(j => j.Trigger == BackupTrigger.Schedule).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<List<AuditEntry>> AuditAsync(AppSettings settings, string action)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<AuditEntry>().AsNoTracking().Where(e => e.Action == action).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ExecuteAsync(AppSettings settings, FormattableString sql)
    {
        await using var db = JobBench.Database(settings);
        await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
    }
}
