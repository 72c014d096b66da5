using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>A whole server's backup is ended in the middle of its second part: the first is stored, the third not begun.</summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed class InterruptedServerTests(JobBench bench) : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Impatient = new()
    {
        ["BackupApp__Backups__HeartbeatInterval"] = "00:00:00.200",
        ["BackupApp__Backups__HeartbeatTimeout"] = "00:00:04",
        ["BackupApp__Backups__ReaperInterval"] = "1",
    };

    private TestCluster _server = null!;
    private GatedRelay _relay = null!;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _server = await TestCluster.StartWithPasswordAsync();
        await _server.ExecuteAsync("CREATE DATABASE noise");
        await RandomTable.FillAsync(
            $"{_server.ConnectionString.Replace("Database=postgres", "Database=noise", StringComparison.Ordinal)}",
            JobBench.NoiseMegabytes);
        _relay = bench.Relay(_server.Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
            await _relay.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_cancel_removes_what_was_stored_before()
    {
        var (source, bucket) = await AddAsync(bench.Client);
        var job = await bench.StartAsync(source, bucket);
        await AssertInSecondAsync(bench.App.Settings, job);

        await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Cancel", []);
        await bench.Client.FinishedAsync(job);

        await AssertCanceledAsync(bench.App.Settings, job, CancelReason.User);
        Assert.Equal(
            [AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupCanceled, AuditActions.BackupCanceled],
            await JobBench.AuditAsync(bench.App.Settings, job));
    }

    [Fact]
    public async Task SIGTERM_removes_what_was_stored_before_in_time()
    {
        var settings = await bench.SettingsAsync();
        await using var app = await AppProcess.StartAsync(settings);
        using var client = await AppClient.SignInAsync(app);
        var (source, bucket) = await AddAsync(client);
        var job = await bench.StartAsync(source, bucket, client);
        await AssertInSecondAsync(settings, job);

        var (exitCode, elapsed) = await app.TerminateAsync();

        Assert.True(exitCode == 0, app.Log);
        Assert.True(elapsed < TimeSpan.FromSeconds(8), $"It took {elapsed}.");
        await AssertCanceledAsync(settings, job, CancelReason.Shutdown);
    }

    [Fact]
    public async Task A_killed_worker_leaves_a_partial_backup_that_names_what_is_missing()
    {
        var settings = (await bench.SettingsAsync()) with { Variables = Impatient };
        await using var app = await AppProcess.StartAsync(settings.Patient());
        using var client = await AppClient.SignInAsync(app);
        var (source, bucket) = await AddAsync(client);
        var id = await bench.StartAsync(source, bucket, client);
        await AssertInSecondAsync(settings, id);

        await app.KillAsync();
        await using var next = await AppProcess.StartAsync(settings);
        await Until.TrueAsync(async () => !(await JobBench.JobAsync(settings, id)).IsActive, "the job ended", seconds: 150);

        var job = await JobBench.JobAsync(settings, id);
        Assert.Equal((RunStatus.Partial, RunStage.Worker, "worker_lost"), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Contains("2 of 3 parts could not be backed up. noise, postgres: The worker", job.ErrorSummary, StringComparison.Ordinal);
        Assert.Equal([ArtifactStatus.Success, ArtifactStatus.Failed, ArtifactStatus.Failed], States(job));
        Assert.Equal(job.Artifacts.Single(a => a.Copy.StoredAt is not null).Size, job.BytesStored);
        // The object, its manifest and its inventory; the script that restores them is what the run still owed.
        await Until.TrueAsync(async () => (await bench.LeftoversAsync(id)).Count == 4, "the script is there");
        var left = await bench.LeftoversAsync(id);
        Assert.Equal(3, left.Count(name => name.Contains("/globals/", StringComparison.Ordinal)));
        Assert.Single(left, name => name.EndsWith(".restore.sh", StringComparison.Ordinal));
        Assert.Equal(
            [AuditActions.BackupManualRun, AuditActions.BackupStarted, AuditActions.BackupReapedHealed],
            await JobBench.AuditAsync(settings, id));
    }

    private async Task<(Guid Source, Guid Bucket)> AddAsync(AppClient client)
    {
        var s3 = bench.S3.Settings();
        var bucket = await client.AddS3DestinationAsync(
            $"bucket {Guid.NewGuid():N}", s3.Endpoint!, s3.Bucket, "team a", s3.AccessKeyId!, s3.SecretAccessKey!);
        var source = await client.AddServerAsync(
            $"server {Guid.NewGuid():N}", _relay.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        return (source, bucket);
    }

    private static async Task AssertInSecondAsync(AppSettings settings, Guid job) =>
        Assert.Equal(
            [ArtifactStatus.Success, ArtifactStatus.Running, ArtifactStatus.Pending],
            States(await JobBench.JobAsync(settings, job)));

    private async Task AssertCanceledAsync(AppSettings settings, Guid id, CancelReason reason)
    {
        var job = await JobBench.JobAsync(settings, id);
        Assert.Equal((RunStatus.Canceled, reason), (job.Status, job.CancelReason));
        Assert.All(job.Artifacts, a => Assert.Equal((ArtifactStatus.Canceled, null), (a.Status, a.Copy.StoredAt)));
        Assert.Empty(await bench.LeftoversAsync(id));
    }

    private static IEnumerable<ArtifactStatus> States(BackupJob job) => job.Artifacts.OrderBy(a => a.Position).Select(a => a.Status);
}
