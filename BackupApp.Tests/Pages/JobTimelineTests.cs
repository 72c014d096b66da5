using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Pages.Jobs;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Pages;

/// <summary>The stages of runs in every state, and what is missing of them, from rows as a worker leaves them.</summary>
public sealed class JobTimelineTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 23, 2, 15, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_run_waited_dumped_and_completed_each_so_long()
    {
        var job = await JobAsync(
            "status = 'success', started_at = t + interval '3 s', finished_at = t + interval '66 s', server_version = '16.3', "
                + "worker_name = 'w/1'",
            ("shop", "status = 'success', sealed_at = t + interval '63 s', stored_at = t + interval '65 s', "
                + "bytes_read = 2048, size = 1024"));

        Assert.Equal(
            [
                ("Queued", StepState.Done, 3, "by hand"),
                ("Connect", StepState.Done, null, "to a server of version 16.3, by w/1"),
                ("Dump and store", StepState.Done, 60, "2.0 KiB read, 1.0 KiB stored"),
                ("Complete", StepState.Done, 2, "object, contents and manifest written"),
                ("Finished", StepState.Done, (int?)null, "1 min 03 s after the start"),
            ],
            Steps(job));
        Assert.Empty(MissingPart.Of(job, "backup"));
    }

    [Fact]
    public async Task A_run_that_is_under_way_ends_with_what_it_does_now()
    {
        var queued = await JobAsync("parked_at = t");
        Assert.Equal([("Queued", StepState.Current, null, "by hand; it waits for a place and goes on by itself")], Steps(queued));

        var connecting = await JobAsync("status = 'running', started_at = t");
        Assert.Equal((StepState.Current, "Connect"), (JobTimeline.Of(connecting)[^1].State, JobTimeline.Of(connecting)[^1].Title));

        var dumping = await JobAsync("status = 'running', started_at = t, server_version = '16.3'", ("shop", "status = 'running'"));
        Assert.Equal((StepState.Current, "Dump and store"), (JobTimeline.Of(dumping)[^1].State, JobTimeline.Of(dumping)[^1].Title));

        var planning = await JobAsync("status = 'running', started_at = t, server_version = '16.3'");
        Assert.Equal((StepState.Current, "Dump and store"), (JobTimeline.Of(planning)[^1].State, JobTimeline.Of(planning)[^1].Title));

        var completing = await JobAsync(
            "status = 'running', started_at = t, server_version = '16.3'", ("shop", "status = 'running', sealed_at = t + interval '9 s'"));
        Assert.Equal(["Queued", "Connect", "Dump and store", "Complete"], JobTimeline.Of(completing).Select(s => s.Title));
        Assert.Equal(TimeSpan.FromSeconds(9), JobTimeline.Of(completing)[^2].Took);
    }

    [Fact]
    public async Task A_failure_stands_where_it_happened_and_nothing_after_it()
    {
        var unreachable = await JobAsync(
            "status = 'failed', started_at = t, finished_at = t + interval '30 s', error_stage = 'connect', error_code = 'timeout'",
            ("shop", "status = 'failed', error_stage = 'connect'"));
        Assert.Equal(
            [("Connect", StepState.Failed, (int?)30), ("Failed", StepState.Failed, null)],
            JobTimeline.Of(unreachable).Skip(1).Select(s => (s.Title, s.State, Seconds(s))));

        var broken = await JobAsync(
            "status = 'failed', started_at = t, finished_at = t + interval '7 s', server_version = '16.3', error_stage = 'dump'",
            ("shop", "status = 'failed', error_stage = 'dump'"));
        Assert.Equal(
            [("Connect", StepState.Done, null), ("Dump and store", StepState.Failed, (int?)7), ("Failed", StepState.Failed, null)],
            JobTimeline.Of(broken).Skip(1).Select(s => (s.Title, s.State, Seconds(s))));

        var canceled = await JobAsync("status = 'canceled', finished_at = t + interval '4 s', cancel_reason = 'user'");
        Assert.Equal(
            [("Queued", StepState.Stopped, 4, "by hand"), ("Canceled", StepState.Stopped, null, "before it had started")],
            Steps(canceled));
    }

    [Fact]
    public async Task Of_a_server_each_part_took_its_time_and_each_missing_one_has_what_mends_it()
    {
        var job = await JobAsync(
            "status = 'partial', started_at = t, finished_at = t + interval '50 s', server_version = '16.3'",
            ("globals", "status = 'success', kind = 'globals', sealed_at = t + interval '2 s', stored_at = t + interval '3 s'"),
            ("old", "status = 'failed', error_stage = 'connect', error_code = 'privileges_missing', error_summary = "
                + "'The role \"b\" may not connect to \"old\".\n"
                + "As the database''s owner run: GRANT CONNECT ON DATABASE \"old\" TO \"b\";'"),
            ("crm", "status = 'failed', error_stage = 'dump', error_code = 'dump_failed', error_summary = 'pg_dump ended with exit code 1: "
                + "query failed: ERROR:  permission denied for table customers Query was: LOCK TABLE public.customers'"),
            ("shop", "status = 'success', sealed_at = t + interval '40 s', stored_at = t + interval '41 s'"),
            ("wiki", "status = 'success', sealed_at = t + interval '43 s', stored_at = t + interval '44 s'"),
            ("zoo", "status = 'failed', error_stage = 'store'"));

        Assert.Equal(
            [
                // When a part failed nobody noted: neither it nor the next one is charged with the time of both.
                ("Dump and store roles and tablespaces", StepState.Done, 2), ("Dump and store old", StepState.Failed, null),
                ("Dump and store crm", StepState.Failed, null), ("Dump and store shop", StepState.Done, null),
                ("Dump and store wiki", StepState.Done, 2), ("Dump and store zoo", StepState.Failed, (int?)6),
                ("Finished in part", StepState.Done, null),
            ],
            JobTimeline.Of(job).Skip(2).Select(s => (s.Title, s.State, Seconds(s))));
        Assert.Equal("at the login", JobTimeline.Of(job)[3].Note);
        Assert.Equal([3, null, null, 41, 44], JobTimeline.Of(job).Skip(3).Take(5).Select(s => (int?)(s.At - Begin)?.TotalSeconds));

        var missing = MissingPart.Of(job, "backup");
        Assert.Equal(
            [
                ("old", "The role \"b\" may not connect to \"old\".", "GRANT CONNECT ON DATABASE \"old\" TO \"b\";", false),
                ("crm", "The login \"backup\" may not read all of it: permission denied for table customers.",
                    "GRANT pg_read_all_data TO \"backup\";", true),
            ],
            missing.Take(2).Select(m => (m.Name, m.Fix.What, m.Fix.Statement, m.AsksForTest)));
        Assert.Null(MissingPart.Of(job, null)[1].Fix.Statement);
    }

    private static List<(string Title, StepState State, int? Seconds, string Note)> Steps(BackupJob job) =>
        [.. JobTimeline.Of(job).Select(s => (s.Title, s.State, Seconds(s), s.Note))];

    private static int? Seconds(TimelineStep step) => (int?)step.Took?.TotalSeconds;

    /// <param name="set">Assignments to the job's row, which was queued at <c>t</c>.</param>
    private async Task<BackupJob> JobAsync(string set, params (string Database, string Set)[] artifacts)
    {
        await bench.RequireAsync();
        var sourceId = await bench.AddSourceAsync($"shop {Guid.NewGuid():N}");
        await using var db = bench.Database();
        var source = await db.Set<DataSource>().SingleAsync(s => s.Id == sourceId, Cancel);
        var destination = await db.Set<StorageDestination>().FirstAsync(Cancel);
        var job = BackupJob.Queue(source, destination, BackupTrigger.Manual, Begin, null, 6, null, null);
        db.Add(job);
        foreach (var (i, (database, _)) in artifacts.Index())
            db.Add(BackupArtifact.Create(job, i, new DumpTarget(ArtifactKind.Database, database), destination, $"{job.Id}/{database}"));
        await db.SaveChangesAsync(Cancel);
        await SetAsync(db, "backup_jobs", $"created_at = t, {set}", $"id = '{job.Id}'");
        foreach (var (database, change) in artifacts)
            await SetAsync(db, "backup_artifacts", change, $"job_id = '{job.Id}' AND database = '{database}'");
        db.ChangeTracker.Clear();
        return await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).SingleAsync(j => j.Id == job.Id, Cancel);
    }

    private static Task<int> SetAsync(AppDbContext db, string table, string set, string where)
    {
        var sql = $"UPDATE {table} SET {set} FROM (SELECT timestamptz '2026-11-23 02:15:00+00' AS t) moment WHERE {where}";
        return db.Database.ExecuteSqlRawAsync(sql, Cancel);
    }
}
