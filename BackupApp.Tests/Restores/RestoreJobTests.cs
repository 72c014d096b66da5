using System.Net;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>From a stored backup to a running database and back, through the whole app, with real servers.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class RestoreJobTests(JobBench bench)
{
    private const string Rows = "CREATE TABLE orders AS SELECT n, 'row ' || n AS text FROM generate_series(1, 20000) n; CREATE TABLE "
        + "other (id int)";

    [Fact]
    public async Task A_lost_table_is_back_in_a_database_beside_it()
    {
        await bench.RequireAsync();
        var (source, database, artifact) = await BackedUpAsync();
        await bench.Postgres.ExecuteAsync("DROP TABLE orders", database);
        var beside = bench.Postgres.Drop(TargetNames.Beside(database[..20], DateTimeOffset.UtcNow));

        var job = await RestoreAsync(source, artifact, "Beside", new() { ["TargetDatabase"] = beside });

        Assert.Equal((RunStatus.Success, true, 20000L), (job.Status, job.InPlace, job.Result!.Rows));
        Assert.Equal(20000L, await CountAsync(beside));
        Assert.True(await bench.Postgres.ScalarAsync<bool>("SELECT to_regclass('orders') IS NULL", database));
        Assert.Equal((job.ExpectedRead, job.ExpectedRestored!.Value), (job.BytesRead, job.BytesStored));
        Assert.NotNull(job.ToolVersion);
        Assert.NotNull(job.ConnectionProtection);
        Assert.Contains(
            $"\"protection\": \"{job.ConnectionProtection.Value.ToSnakeCase()}\"", await CompletedAsync(job.Id), StringComparison.Ordinal);
        Assert.Equal([AuditActions.RestoreCreated, AuditActions.RestoreStarted, AuditActions.RestoreCompleted], await AuditAsync(job.Id));
        Assert.Empty(await HalfMadeAsync(beside));
    }

    [Fact]
    public async Task A_database_that_was_dropped_is_not_there_to_be_replaced_and_is_back_under_its_own_name()
    {
        await bench.RequireAsync();
        var (source, database, artifact) = await BackedUpAsync();
        await bench.Postgres.ExecuteAsync($"DROP DATABASE {database}");

        var replace = WebUtility.HtmlDecode(await bench.Client.CheckAsync(source, artifact, "Replace", []));
        var job = await RestoreAsync(source, artifact, "Beside", new() { ["TargetDatabase"] = database });

        Assert.Contains($"There is no database \"{database}\" that could be replaced.", replace, StringComparison.Ordinal);
        Assert.Contains($"which may have this very name: {database}", replace, StringComparison.Ordinal);
        Assert.True(job.Status == RunStatus.Success, $"{job.ErrorSummary} {job.ToolLog}");
        Assert.Equal(20000L, await CountAsync(database));
        Assert.Equal("success", (await bench.Client.FinishedAsync(await bench.Client.RunNowAsync(source))).Status);
    }

    [Fact]
    public async Task An_overwritten_database_can_be_had_back_and_the_other_dropped()
    {
        await bench.RequireAsync();
        var (source, database, artifact) = await BackedUpAsync();
        await bench.Postgres.ExecuteAsync("TRUNCATE orders", database);
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            bench.Client.RestoreAsync(source, artifact, "Replace", new() { ["Confirmation"] = "another" }));

        var job = await RestoreAsync(source, artifact, "Replace", new() { ["Confirmation"] = database });

        Assert.True(job.Status == RunStatus.Success, $"{job.ErrorSummary} {job.ToolLog}");
        Assert.Equal(20000L, await CountAsync(database));
        Assert.Equal(0L, await CountAsync(bench.Postgres.Drop(job.KeptDatabase!)));

        await bench.Client.SubmitAsync($"/Restores/{job.Id}", "?handler=Swap", new() { ["Input.Confirmation"] = database });

        var undone = await RestoreForms.ReadAsync(bench.App.Settings, job.Id);
        Assert.NotNull(undone.UndoneAt);
        Assert.Equal(0L, await CountAsync(database));
        Assert.Equal(20000L, await CountAsync(bench.Postgres.Drop(undone.KeptDatabase!)));

        await bench.Client.SubmitAsync($"/Restores/{job.Id}", "?handler=Drop", new() { ["Input.Confirmation"] = undone.KeptDatabase! });

        Assert.False(await ExistsAsync(undone.KeptDatabase!));
        Assert.Equal(0L, await CountAsync(database));
        Assert.Equal([AuditActions.RestoreUndone, AuditActions.RestoreKeptDropped], (await AuditAsync(job.Id)).TakeLast(2));
    }

    [Fact]
    public async Task An_object_that_was_changed_fails_the_restore_and_leaves_the_target_as_it_was()
    {
        await bench.RequireAsync();
        var (source, database, artifact) = await BackedUpAsync();
        var stored = (await ArtifactAsync(artifact)).Copy;
        var path = Path.Combine(bench.BackupFolder, stored.Key);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[^5] ^= 1; // In gzip's own checksum, which the decompressor sees no sooner than the end.
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var job = await RestoreAsync(source, artifact, "Replace", new() { ["Confirmation"] = database });

        Assert.Equal((RunStatus.Failed, RunStage.Read, DumpReadException.Damaged), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Equal((false, null), (job.InPlace, job.KeptDatabase));
        Assert.Equal(20000L, await CountAsync(database));
        Assert.Empty(await HalfMadeAsync(database));
        Assert.Equal(AuditActions.RestoreFailed, (await AuditAsync(job.Id))[^1]);
    }

    [Fact]
    public async Task A_restore_that_is_under_way_holds_its_backup_and_can_be_canceled()
    {
        await bench.RequireAsync();
        await using var held = await OverwriteUnderWayAsync();
        Assert.Single(await HalfMadeAsync(held.Database));

        await bench.Client.SubmitAsync($"/Jobs/{held.Backup}", "?handler=Delete", []);
        Assert.Equal(RunStatus.Success, (await bench.JobAsync(held.Backup)).Status);
        Assert.Null((await bench.JobAsync(held.Backup)).DeletionMarkedAt);
        // The backup of a database that is being replaced waits.
        var waiting = await bench.Client.RunNowAsync(held.Source);
        await Until.TrueAsync(async () => (await bench.JobAsync(waiting)).ParkedAt is not null, "the backup waits");

        await bench.Client.SubmitAsync($"/Restores/{held.Id}", "?handler=Cancel", []);
        held.Release();

        var job = await RestoreForms.RestoredAsync(bench.App.Settings, held.Id);
        Assert.Equal((RunStatus.Canceled, CancelReason.User), (job.Status, job.CancelReason));
        Assert.Null(job.TargetCipher);
        Assert.Empty(await HalfMadeAsync(held.Database));
        Assert.Equal(20000L, await CountAsync(held.Database));
        Assert.Equal("success", (await bench.Client.FinishedAsync(waiting)).Status);
    }

    [Fact]
    public async Task The_check_names_what_is_in_the_way_and_keeps_no_login_in_the_page()
    {
        await bench.RequireAsync();
        var (source, database, artifact) = await BackedUpAsync();
        var password = Uri.EscapeDataString(bench.Postgres.SuperuserPassword);
        var uri = $"postgres://{bench.Postgres.Superuser}:{password}@127.0.0.1:{bench.Postgres.Port}/postgres";

        var taken = await bench.Client.CheckAsync(source, artifact, "Server", new() { ["TargetUri"] = uri, ["TargetDatabase"] = database });
        var free = await bench.Client.CheckAsync(
            source, artifact, "Server", new() { ["TargetUri"] = uri, ["TargetDatabase"] = "nothing has this name" });

        Assert.DoesNotContain("Restore into", taken, StringComparison.Ordinal);
        Assert.Contains("Restore into", free, StringComparison.Ordinal);
        Assert.DoesNotContain(bench.Postgres.SuperuserPassword, free + taken, StringComparison.Ordinal);
    }

    /// <summary>An overwrite that has made its database and gets nothing to fill it with until it is released.</summary>
    private async Task<OverwriteUnderWay> OverwriteUnderWayAsync()
    {
        var database = await bench.Postgres.CreateDatabaseAsync("held", Rows);
        var source = await bench.AddSourceAsync(database);
        var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var backup = await bench.Client.RunNowAsync(source, await bench.AddBucketAsync(endpoint: proxy.Address));
        Assert.Equal("success", (await bench.Client.FinishedAsync(backup)).Status);
        var artifact = Assert.Single((await bench.JobAsync(backup)).Artifacts).Id;
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reads = 0;
        proxy.Decide = async (method, target) =>
        {
            // The first is for the list of contents; when the second comes the new database is there, and empty.
            if (method == "GET" && target.Contains(".dump.gz", StringComparison.Ordinal) && Interlocked.Increment(ref reads) == 2)
            {
                reached.TrySetResult();
                await released.Task;
            }

            return Fault.None;
        };
        var id = await bench.Client.RestoreAsync(source, artifact, "Replace", new() { ["Confirmation"] = database });
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return new(id, source, backup, database, proxy, released);
    }

    private async Task<(Guid Source, string Database, Guid Artifact)> BackedUpAsync()
    {
        var database = await bench.Postgres.CreateDatabaseAsync("shop", Rows);
        var source = await bench.AddSourceAsync(database);
        var backup = await bench.Client.RunNowAsync(source);
        Assert.Equal("success", (await bench.Client.FinishedAsync(backup)).Status);
        return (source, database, Assert.Single((await bench.JobAsync(backup)).Artifacts).Id);
    }

    private async Task<RestoreJob> RestoreAsync(Guid source, Guid artifact, string where, Dictionary<string, string> fields) =>
        await RestoreForms.RestoredAsync(bench.App.Settings, await bench.Client.RestoreAsync(source, artifact, where, fields));

    private Task<long> CountAsync(string database) => bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM orders", database);

    private async Task<bool> ExistsAsync(string database) =>
        await bench.Postgres.ScalarAsync<string>($"SELECT datname::text FROM pg_database WHERE datname = '{database}'") is not null;

    /// <summary>Databases of restores beside this one that were not finished.</summary>
    private async Task<string[]> HalfMadeAsync(string database) => await bench.Postgres.ScalarAsync<string[]>(
        $"SELECT coalesce(array_agg(datname::text), '{{}}') FROM pg_database WHERE datname LIKE '{database[..20]}%_restoring_%'") ?? [];

    private async Task<BackupArtifact> ArtifactAsync(Guid id)
    {
        await using var db = bench.Database();
        return await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.Id == id);
    }

    private async Task<List<string>> AuditAsync(Guid job)
    {
        await using var db = bench.Database();
        return await db.Set<AuditEntry>().Where(e =>
            e.TargetId == job).OrderBy(e => e.CreatedAt).ThenBy(e => e.Id).Select(e => e.Action).ToListAsync();
    }

    private async Task<string> CompletedAsync(Guid job)
    {
        await using var db = bench.Database();
        return (await db.Set<AuditEntry>().SingleAsync(e => e.TargetId == job && e.Action == AuditActions.RestoreCompleted)).Metadata!;
    }

    private sealed record OverwriteUnderWay(
        Guid Id, Guid Source, Guid Backup, string Database, FaultyProxy Proxy, TaskCompletionSource Released) : IAsyncDisposable
    {
        public void Release() => Released.TrySetResult();

        public ValueTask DisposeAsync()
        {
            Release();
            return Proxy.DisposeAsync();
        }
    }
}
