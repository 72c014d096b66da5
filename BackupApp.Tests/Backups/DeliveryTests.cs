using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>A message may come twice or late; a job runs once, and only for the run that claimed it.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class DeliveryTests(JobBench bench)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_is_delivered_three_times_more_runs_once()
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port), null);

        Messages.Send(bench.App.Settings, job, times: 3);

        await RefusedAsync(job, 3);
        Assert.Single(bench.App.Children("pg_dump"));
        relay.Open();
        Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);
        Assert.Equal([AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupCompleted], await HistoryAsync(job));
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count); // The object, its manifest and its inventory.
    }

    [Fact]
    public async Task A_job_that_is_over_is_not_touched_by_another_delivery()
    {
        await bench.RequireAsync();
        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()));
        await bench.Client.FinishedAsync(job);
        var before = await bench.JobAsync(job);

        Messages.Send(bench.App.Settings, job);

        await RefusedAsync(job, 1);
        Assert.Equivalent(before, await bench.JobAsync(job), strict: true);
        Assert.Equal(3, (await HistoryAsync(job)).Count);
    }

    [Fact]
    public async Task Two_processes_share_the_work_and_never_both_claim_a_job()
    {
        await bench.RequireAsync();
        await using var second = await AppProcess.StartAsync(bench.App.Settings);
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync());

        var jobs = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            jobs.Add(await bench.Client.RunNowAsync(source));
            Messages.Send(bench.App.Settings, jobs[^1]);
        }

        foreach (var job in jobs)
        {
            Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);
            Assert.Equal([AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupCompleted], await HistoryAsync(job));
        }
        await using var db = bench.Database();
        var workers = await db.Set<BackupJob>().Where(j => jobs.Contains(j.Id)).Select(j => j.WorkerName).Distinct().ToListAsync(Cancel);
        Assert.Equal(2, workers.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_whose_job_was_given_to_another_worker_stops_and_writes_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(
            await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port),
            toBucket ? await bench.AddBucketAsync() : null);
        var other = Guid.NewGuid();

        Assert.Equal(1, await bench.ExecuteAsync($"UPDATE backup_jobs SET worker_id = {other}, worker_name = 'another' WHERE id = {job}"));

        await Until.TrueAsync(
            () => bench.App.Log.Contains($"Job {job} was taken over", StringComparison.Ordinal),
            "the run noticed",
            seconds: 60);
        Assert.Empty(bench.App.Children("pg_dump"));
        Assert.Empty(await bench.LeftoversAsync(job));
        var row = await bench.JobAsync(job);
        Assert.Equal((RunStatus.Running, other, "another", null), (row.Status, row.WorkerId, row.WorkerName, row.FinishedAt));
        Assert.Equal([AuditActions.BackupManualRun, AuditActions.BackupStarted], await HistoryAsync(job));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_cancel_request_ends_the_run_and_leaves_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var job = await bench.StartAsync(
            await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port),
            toBucket ? await bench.AddBucketAsync() : null);

        Assert.Equal(1, await bench.ExecuteAsync($"UPDATE backup_jobs SET cancel_requested = true WHERE id = {job}"));

        await bench.Client.FinishedAsync(job);
        var row = await bench.JobAsync(job);
        Assert.Equal((RunStatus.Canceled, CancelReason.User, null), (row.Status, row.CancelReason, row.ErrorStage));
        Assert.Empty(bench.App.Children("pg_dump"));
        Assert.Empty(await bench.LeftoversAsync(job));
    }

    [Fact]
    public async Task A_queued_job_whose_message_was_lost_is_sent_again()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync());
        var template = await bench.Client.RunNowAsync(source);
        await bench.Client.FinishedAsync(template);
        var lost = Guid.CreateVersion7();
        // As a process leaves it that dies between the two writes.
        await bench.ExecuteAsync($"""
            INSERT INTO backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, scheduled_for, created_at,
                cancel_requested, bytes_read, bytes_stored)
            SELECT {lost}, 'queued', trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, now(), now() - interval '1 minute', false, 0, 0
            FROM backup_jobs WHERE id = {template}
            """);

        Assert.Equal("success", (await bench.Client.FinishedAsync(lost)).Status);
    }

    private Task RefusedAsync(Guid job, int times) =>
        Until.TrueAsync(
            () => bench.App.Log.Split($"Job {job} is not queued any more").Length > times,
            $"{times} deliveries were turned away",
            seconds: 60);

    private async Task<List<string>> HistoryAsync(Guid job)
    {
        await using var db = bench.Database();
        return await db.Set<AuditEntry>()
            .Where(e => e.TargetId == job)
            .OrderBy(e => e.CreatedAt)
            .ThenBy(e => e.Id)
            .Select(e => e.Action)
            .ToListAsync(Cancel);
    }
}
