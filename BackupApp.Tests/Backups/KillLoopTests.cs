using System.Globalization;
using BackupApp.Backups;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>
/// Workers are killed at random moments, three at a time, while jobs keep coming. <c>scripts/kill-loop</c> does it 200 times; the tests
/// a few times.
/// </summary>
[Trait("kind", "slow")]
public sealed class KillLoopTests(JobBench bench) : IClassFixture<JobBench>
{
    private const int Lanes = 3;
    private const int Waiting = 6;
    private const string Fingerprint = "select md5(string_agg(n || md5(words), ',' order by n)) from noise";

    /// <summary>About as long as a worker that has just started needs for its first jobs.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(1);

    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("BACKUPAPP_TEST_KILLS") ?? "3", CultureInfo.InvariantCulture);

    private int _begun;
    private int _interrupted;

    [Fact]
    public async Task Whenever_workers_are_killed_each_job_ends_each_success_restores_and_nothing_lies_about()
    {
        bench.RequireServers();
        var settings = (await bench.SettingsAsync()) with { Variables = Variables("web") };
        await using var web = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(web);
        var database = await bench.Postgres.CreateDatabaseAsync("short");
        await RandomTable.FillAsync(bench.Postgres.ConnectionString(database), megabytes: 3);
        var source = await bench.AddSourceAsync(database, client: client);
        Guid?[] destinations = [null, await bench.AddBucketAsync(client: client)];

        using (var fed = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            var feeding = FeedAsync(settings, client, source, destinations, fed.Token);
            await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => KillAsync(settings with { Variables = Variables("worker") })));
            await fed.CancelAsync();
            await feeding;
        }

        await using var last = await AppProcess.StartAsync(settings with { Variables = Variables("worker") });
        // A lock of Hangfire that a killed worker held lets go after a minute.
        await Until.TrueAsync(async () => !(await JobsAsync(settings)).Exists(j => j.IsActive), "every job has ended", seconds: 240);

        var jobs = await JobsAsync(settings);
        var succeeded = jobs.Where(j => j.Status == RunStatus.Success).ToList();
        Report(jobs);
        Assert.True(_interrupted >= Kills / 4, $"Only {_interrupted} of {Kills} kills met a running job: the loop proves nothing.");
        Assert.NotEmpty(succeeded);
        Assert.All(jobs.Except(succeeded), job => Assert.Equal((RunStatus.Failed, "worker_lost"), (job.Status, job.ErrorCode)));
        await RestoreAsync(succeeded, await bench.Postgres.ScalarAsync<string>(Fingerprint, database));
        IReadOnlyList<string> stray = [];
        await Until.TrueAsync(
            async () => (stray = await StrayAsync(succeeded)).Count == 0,
            () => $"gone: {string.Join(", ", stray.Select(name => $"{name} ({Fate(jobs, name)})"))}",
            seconds: 240);
    }

    private static Dictionary<string, string> Variables(string role) => new(JobBench.Variables)
    {
        ["BackupApp__Roles"] = role,
        ["BackupApp__Backups__HeartbeatTimeout"] = "00:00:03",
        ["BackupApp__Backups__ReaperInterval"] = "1",
        ["BackupApp__Backups__LostMessageTimeout"] = "00:00:02",
        ["BackupApp__Backups__OrphanLook"] = "00:00:01",
        ["BackupApp__Backups__MaxConcurrentJobs"] = "2",
    };

    /// <summary>Keeps some jobs waiting, to both destinations by turns.</summary>
    private static async Task FeedAsync(
        AppSettings settings, AppClient client, Guid source, Guid?[] destinations, CancellationToken cancellationToken)
    {
        for (var n = 0; !cancellationToken.IsCancellationRequested; n++)
        {
            await using var db = JobBench.Database(settings);
            if (await db.Set<BackupJob>().CountAsync(j => j.Status == RunStatus.Queued, CancellationToken.None) < Waiting)
                await client.RunNowAsync(source, destinations[n % destinations.Length]);
        }
    }

    /// <summary>
    /// One lane: starts a worker, lets it live for a random while, kills it. Every fourth has not
    /// even begun a job, or has just taken its message.
    /// </summary>
    private async Task KillAsync(AppSettings settings)
    {
        for (var n = Interlocked.Increment(ref _begun); n <= Kills; n = Interlocked.Increment(ref _begun))
        {
            await using var app = await AppProcess.StartAsync(settings);
            if (n % 4 != 0)
                await Until.TrueAsync(async () => (await OfAsync(settings, app)).Count > 0, "the worker claimed a job", seconds: 60);
            await Task.Delay(Random.Shared.NextDouble() * LongestLife, TestContext.Current.CancellationToken);
            await app.KillAsync();
            if ((await OfAsync(settings, app)).Contains(RunStatus.Running))
                Interlocked.Increment(ref _interrupted);
        }
    }

    /// <summary>The states of the jobs that this process claimed.</summary>
    private static async Task<List<RunStatus>> OfAsync(AppSettings settings, AppProcess app)
    {
        await using var db = JobBench.Database(settings);
        var worker = $"{Environment.MachineName}/{app.Id}";
        return await db.Set<BackupJob>()
            .Where(j => j.WorkerName == worker)
            .Select(j => j.Status)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    private async Task RestoreAsync(IReadOnlyList<BackupJob> succeeded, string? expected)
    {
        var file = Path.GetTempFileName();
        var target = await bench.Postgres.CreateDatabaseAsync("restored");
        foreach (var artifact in succeeded.SelectMany(j => j.Artifacts))
        {
            await bench.FetchAsync(artifact, file);
            var (exitCode, output) = await Shell.RunAsync(
                "bash",
                [
                    "-c",
                    "set -o pipefail; gunzip < \"$1\" | pg_restore --exit-on-error --clean --if-exists --dbname=\"$2\"",
                    "bash", file, target,
                ],
                bench.Postgres.ToolEnvironment);
            Assert.True(exitCode == 0, $"{artifact.Copy.Key}: {output}");
            Assert.Equal(expected, await bench.Postgres.ScalarAsync<string>(Fingerprint, target));
        }

        File.Delete(file);
    }

    /// <summary>Objects, unfinished files and open uploads that are neither a backup of a job nor its manifest.</summary>
    private async Task<IReadOnlyList<string>> StrayAsync(IReadOnlyList<BackupJob> succeeded)
    {
        var known = succeeded.SelectMany(j => j.Artifacts)
            .SelectMany(a => new[] { "", BackupManifest.Suffix, BackupManifest.InventorySuffix }.Select(suffix => a.Copy.Key + suffix))
            .ToHashSet();
        var found = JobBench.Files(bench.BackupFolder).Select(path => Path.GetRelativePath(bench.BackupFolder, path))
            .Concat((await bench.S3.LeftoversAsync()).Select(name => name.Replace("object team a/", "", StringComparison.Ordinal)));
        return [.. found.Where(name => !known.Contains(name))];
    }

    private static string Fate(List<BackupJob> jobs, string name) =>
        jobs.Find(j => name.Contains($"{j.Id:N}", StringComparison.Ordinal)) is { } job
            ? $"{job.Status}, finished {job.FinishedAt:O}, {job.ErrorSummary}"
            : "no job";

    private void Report(List<BackupJob> jobs)
    {
        var report = string.Create(CultureInfo.InvariantCulture,
            $"{Kills} kills, {_interrupted} of a worker that ran a job; {jobs.Count} jobs: "
            + $"{string.Join(", ", jobs.GroupBy(j => j.Status).Select(g => $"{g.Count()} {g.Key}"))}");
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        TestContext.Current.SendDiagnosticMessage(report);
    }

    private static async Task<List<BackupJob>> JobsAsync(AppSettings settings)
    {
        await using var db = JobBench.Database(settings);
        return await db.Set<BackupJob>().AsNoTracking().Include(j => j.Artifacts).ToListAsync(TestContext.Current.CancellationToken);
    }
}
