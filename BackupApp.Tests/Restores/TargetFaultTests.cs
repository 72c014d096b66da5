using BackupApp.Audit;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Restores;

/// <summary>The target goes away, is full, holds on to its name, or lets nobody in.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class TargetFaultTests(JobBench bench)
{
    [Fact]
    public async Task A_server_that_restarts_in_the_middle_fails_what_runs_and_keeps_what_was_there()
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        var server = RestoreServer.Of(cluster);
        await using var filling = await HoldAsync(server, HeldAt.Data);
        await using var swapping = await HoldAsync(server, HeldAt.Swap);

        await cluster.StopServerAsync();
        await cluster.StartServerAsync();

        await AssertFailedAsync(filling, RunStage.Restore, "restore_failed");
        await AssertFailedAsync(swapping, RunStage.Swap, "server_lost");
    }

    [Fact]
    public async Task A_server_that_stays_away_fails_what_ran_and_is_cleared_once_it_is_back()
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        var server = RestoreServer.Of(cluster);
        await using var filling = await HoldAsync(server, HeldAt.Data);
        await using var swapping = await HoldAsync(server, HeldAt.Swap);

        await cluster.StopServerAsync();

        // No name has changed, which is known without asking: nobody has to wait for the server to learn how it ended.
        foreach (var (held, stage) in ((HeldRestore, RunStage)[])[(filling, RunStage.Restore), (swapping, RunStage.Swap)])
        {
            var job = await held.EndedAsync(bench.App.Settings, seconds: 180);
            Assert.Equal((RunStatus.Failed, stage, false, null), (job.Status, job.ErrorStage, job.InPlace, job.KeptDatabase));
            Assert.Contains("may still stand there", job.Notes, StringComparison.Ordinal);
            Assert.NotNull(job.CleanupDueAt);
            await AssertAuditAsync(job);
        }

        await CleanUpAsync(due => due > DateTimeOffset.UtcNow + TimeSpan.FromMinutes(1), "it is looked at again in some minutes");
        await cluster.StartServerAsync();
        Assert.Equal([filling.Database.Name, filling.Database.HalfMade(filling.Id)], await filling.Database.NamesAsync());
        await CleanUpAsync(due => due is null, "nothing is left to do");

        await filling.Database.AssertAsBeforeAsync();
        await swapping.Database.AssertAsBeforeAsync();

        async Task CleanUpAsync(Predicate<DateTimeOffset?> until, string what)
        {
            // The reaper, without waiting for its minute or for the job's turn.
            await bench.ExecuteAsync($"update restore_jobs set cleanup_due_at = now() - interval '1 s' where cleanup_due_at is not null");
            Messages.Run<ReaperWorker>(bench.App.Settings, w => w.RunAsync(CancellationToken.None));
            await Until.TrueAsync(
                async () =>
                {
                    var jobs = await Task.WhenAll(
                        RestoreForms.ReadAsync(bench.App.Settings, filling.Id), RestoreForms.ReadAsync(bench.App.Settings, swapping.Id));
                    return jobs.All(j => until(j.CleanupDueAt));
                },
                what,
                seconds: 120);
        }
    }

    [Fact]
    public async Task A_name_that_somebody_holds_on_to_is_asked_for_three_times_and_nobody_is_kept_out()
    {
        await bench.RequireAsync();
        var server = RestoreServer.Of(bench.Postgres);
        await using var held = await HoldAsync(server, HeldAt.Swap);

        var job = await AssertFailedAsync(held, RunStage.Swap, "database_in_use");

        Assert.Contains("three tries", job.ErrorSummary, StringComparison.Ordinal);
        await held.ReleaseAsync();
        await held.Database.DropAsync();
    }

    [Fact]
    public async Task A_password_that_has_changed_is_the_targets_fault_and_nothing_is_touched()
    {
        await bench.RequireAsync();
        var server = RestoreServer.Of(bench.Postgres);
        var database = await MakeAsync(server);

        var job = await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(
            database.Source, database.Artifact, "Replace",
            new() { ["Confirmation"] = database.Name, ["TargetUri"] = server.Uri(database.Name, "not the password") }));

        Assert.Equal((RunStatus.Failed, RunStage.Connect, "auth_failed"), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.DoesNotContain("not the password", $"{job.ErrorSummary} {job.Notes} {job.ToolLog}", StringComparison.Ordinal);
        await AssertAuditAsync(job);
        await database.AssertAsBeforeAsync();
        await database.DropAsync();
    }

    [Fact]
    public async Task A_full_disk_is_named_and_what_filled_it_is_gone()
    {
        await bench.RequireAsync();
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a file system.");
        // A server whose disk breaks stops writing for all its databases: it is one that nobody else uses.
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        var server = RestoreServer.Of(cluster);
        await using var space = await SmallTablespace.MountAsync(server, megabytes: 64);
        var database = await ChangedDatabase.MakeAsync(
            bench.App.Settings, bench.Client, server, options: $"TABLESPACE {space.Name}",
            more: "CREATE TABLE large AS SELECT repeat('x', 1500) FROM generate_series(1, 6000)");
        // What CREATE DATABASE has made has holes until then.
        await server.ExecuteAsync("CHECKPOINT");
        // Room for an empty database, and not for the rows.
        await space.FillAsync(leave: await server.ScalarAsync<long>("SELECT pg_database_size('template0')") + (4 << 20));

        var job = await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(
            database.Source, database.Artifact, "Replace", new() { ["Confirmation"] = database.Name }));

        Assert.True(
            (job.Status, job.ErrorStage, job.ErrorCode) == (RunStatus.Failed, RunStage.Restore, "disk_full"),
            $"{job.Status} {job.ErrorStage} {job.ErrorCode} {job.ErrorSummary}");
        await AssertAuditAsync(job);
        await database.AssertAsBeforeAsync();
    }

    private async Task<HeldRestore> HoldAsync(RestoreServer server, HeldAt at) =>
        await HeldRestore.StartAsync(bench.Client, await MakeAsync(server), at);

    private Task<ChangedDatabase> MakeAsync(RestoreServer server) => ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, server);

    private async Task<RestoreJob> AssertFailedAsync(HeldRestore held, RunStage stage, string code)
    {
        var job = await held.EndedAsync(bench.App.Settings, seconds: 180);
        Assert.True(
            (job.Status, job.ErrorStage, job.ErrorCode) == (RunStatus.Failed, stage, code),
            $"{job.Status} {job.ErrorStage} {job.ErrorCode} {job.ErrorSummary} {job.Notes}");
        Assert.Equal((false, null), (job.InPlace, job.KeptDatabase));
        await AssertAuditAsync(job);
        await held.Database.AssertAsBeforeAsync();
        return job;
    }

    private async Task AssertAuditAsync(RestoreJob job) => Assert.Equal(
        [AuditActions.RestoreCreated, AuditActions.RestoreStarted, AuditActions.RestoreFailed],
        await JobBench.AuditAsync(bench.App.Settings, job.Id));
}
