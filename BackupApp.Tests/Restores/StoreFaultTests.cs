using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Restores;

/// <summary>The store goes away in the middle, or gives something else than what was stored.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class StoreFaultTests(JobBench bench)
{
    private const string Object = ".dump.gz";

    [Fact]
    public async Task A_store_that_hangs_up_half_way_is_asked_for_the_other_half()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var (database, size) = await BackedUpAsync(proxy);
        var (gets, before) = (0, 0L);
        proxy.TornAfter = (int)(size / 2);
        proxy.Decide = (method, target) =>
        {
            if (!IsRead(method, target))
                return Task.FromResult(Fault.None);
            // The first reads the list of contents, the second fills the database.
            var number = Interlocked.Increment(ref gets);
            if (number == 3)
                before = proxy.Answered;
            return Task.FromResult(number == 2 ? Fault.TornAnswer : Fault.None);
        };

        var job = await OverwriteAsync(database);

        Assert.True(job.Status == RunStatus.Success, $"{job.Status} {job.ErrorSummary} {job.ToolLog}");
        Assert.Equal((3, size - (size / 2)), (gets, proxy.Answered - before));
        Assert.Equal(size, job.BytesRead);
        await database.AssertReplacedAsync(job);
        await database.DropAsync();
    }

    [Fact]
    public async Task A_store_that_stays_away_fails_in_its_own_name_and_the_target_is_as_it_was()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var (database, size) = await BackedUpAsync(proxy);
        var gets = 0;
        proxy.TornAfter = (int)(size / 2);
        proxy.Decide = (method, target) => Task.FromResult(
            !IsRead(method, target) ? Fault.None : Interlocked.Increment(ref gets) switch
            {
                1 => Fault.None,
                2 => Fault.TornAnswer,
                // Refused, which nobody tries again: one that does not answer is asked for three minutes.
                _ => Fault.Forbidden,
            });

        var job = await OverwriteAsync(database);

        await AssertFailedAsync(job, database, "access_denied");
        Assert.StartsWith("The stored backup could not be read:", job.ErrorSummary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task A_byte_that_is_another_is_called_damage_whatever_the_tool_makes_of_it(double place)
    {
        await bench.RequireAsync();
        var database = await ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, RestoreServer.Of(bench.Postgres));
        var path = Path.Combine(bench.BackupFolder, (await ArtifactAsync(database)).Copy.Key);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[(int)(bytes.Length * place)] ^= 0x10;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await AssertFailedAsync(await OverwriteAsync(database), database, DumpReadException.Damaged);
    }

    private async Task AssertFailedAsync(RestoreJob job, ChangedDatabase database, string code)
    {
        Assert.True(
            (job.Status, job.ErrorStage, job.ErrorCode) == (RunStatus.Failed, RunStage.Read, code),
            $"{job.Status} {job.ErrorStage} {job.ErrorCode} {job.ErrorSummary}");
        Assert.Equal((RestoreMode.Overwrite, false, null), (job.Mode, job.InPlace, job.KeptDatabase));
        Assert.Equal(
            [AuditActions.RestoreCreated, AuditActions.RestoreStarted, AuditActions.RestoreFailed],
            await JobBench.AuditAsync(bench.App.Settings, job.Id));
        await database.AssertAsBeforeAsync();
        await database.DropAsync();
    }

    private async Task<(ChangedDatabase Database, long Size)> BackedUpAsync(FaultyProxy proxy)
    {
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address);
        var database = await ChangedDatabase.MakeAsync(bench.App.Settings, bench.Client, RestoreServer.Of(bench.Postgres), bucket);
        return (database, (await ArtifactAsync(database)).Size!.Value);
    }

    private async Task<RestoreJob> OverwriteAsync(ChangedDatabase database) => await RestoreForms.RestoredAsync(
        bench.App.Settings,
        await bench.Client.RestoreAsync(database.Source, database.Artifact, "Replace", new() { ["Confirmation"] = database.Name }));

    private async Task<BackupArtifact> ArtifactAsync(ChangedDatabase database)
    {
        await using var db = bench.Database();
        return await db.Set<BackupArtifact>().AsNoTracking().SingleAsync(a => a.Id == database.Artifact);
    }

    private static bool IsRead(string method, string target) => method == "GET" && target.Contains(Object, StringComparison.Ordinal);
}
