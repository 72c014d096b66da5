using BackupApp.Backups;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>A backup that goes wrong in its middle says where and why, and leaves nothing behind.</summary>
public sealed class FailingBackupTests(JobBench bench) : IClassFixture<JobBench>
{
    private const long Middle = 30L << 20;

    public static TheoryData<bool> BothDestinations => [true, false];

    [Theory]
    [MemberData(nameof(BothDestinations))]
    public async Task Killing_pg_dump_fails_the_job_and_leaves_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var relay = new GatedRelay(bench.Postgres.Port, Middle);
        var job = await StartAsync(relay, toBucket);
        Assert.Single(await bench.LeftoversAsync(job)); // The unfinished upload: the check at the end can see what it looks for.

        await AppProcess.SignalAsync("KILL", Assert.Single(bench.App.Children("pg_dump")));

        var failed = await FailedAsync(job, BackupStage.Dump, "dump_failed");
        Assert.Contains("pg_dump was killed by signal 9 (SIGKILL)", failed.ErrorSummary, StringComparison.Ordinal);
        Assert.InRange(failed.BytesRead, 1, Middle);
    }

    [Theory]
    [MemberData(nameof(BothDestinations))]
    public async Task Stopping_the_source_server_fails_the_job_and_leaves_nothing(bool toBucket)
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        await RandomTable.FillAsync(cluster.ConnectionString, JobBench.NoiseMegabytes);
        await using var relay = new GatedRelay(cluster.Port, Middle);
        var source = await bench.Client.AddSourceAsync(
            $"cluster {Guid.NewGuid():N}", "127.0.0.1", relay.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        var job = await StartAsync(source, toBucket);

        await cluster.StopServerAsync();
        relay.Open();

        var failed = await FailedAsync(job, BackupStage.Dump, "dump_failed");
        Assert.Contains("server closed the connection unexpectedly", $"{failed.ErrorSummary} {failed.ToolLog}", StringComparison.Ordinal);
        Assert.Contains("noise", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_server_that_is_away_from_the_start_fails_at_connecting()
    {
        await bench.RequireAsync();
        await using var cluster = await TestCluster.StartWithPasswordAsync();
        var source = await bench.Client.AddSourceAsync(
            $"cluster {Guid.NewGuid():N}", "127.0.0.1", cluster.Port, "postgres", TestCluster.Superuser, TestCluster.SuperuserPassword);
        await cluster.ExecuteAsync($"ALTER ROLE {TestCluster.Superuser} PASSWORD 'changed since'");

        var job = await bench.Client.RunNowAsync(source);

        var failed = await FailedAsync(job, BackupStage.Connect, "auth_failed");
        Assert.Contains("password", failed.ErrorSummary, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(TestCluster.SuperuserPassword + "'", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_the_bucket_in_the_middle_fails_the_job_and_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var relay = new GatedRelay(bench.Postgres.Port, Middle);
        var bucket = await bench.S3.CreateBucketAsync();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port);
        var job = await StartAsync(source, await bench.AddBucketAsync(bucket));

        await bench.S3.Admin.DeleteBucketAsync(bucket, TestContext.Current.CancellationToken);
        relay.Open();

        var failed = await FailedAsync(job, BackupStage.Store, "bucket_not_found");
        Assert.Contains(bucket, failed.ErrorSummary, StringComparison.Ordinal);
        // A bucket of that name that comes back must not hold what was sent before.
        await bench.S3.Admin.PutBucketAsync(bucket, TestContext.Current.CancellationToken);
        var uploads = await bench.S3.Admin.ListMultipartUploadsAsync(bucket, TestContext.Current.CancellationToken);
        Assert.Empty(uploads.MultipartUploads ?? []);
    }

    [Fact]
    public async Task Keys_that_were_changed_at_the_store_since_fail_the_job_at_once()
    {
        await bench.RequireAsync();
        var destination = await bench.AddBucketAsync();
        await StoredSecrets.SpoilKeysAsync(bench.App.Settings, destination);

        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.NoiseAsync()), destination);

        var failed = await FailedAsync(job, BackupStage.Store, "invalid_credentials");
        Assert.Contains("key", failed.ErrorSummary, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Secrets_that_do_not_decrypt_any_more_ask_for_them_again()
    {
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync());
        await bench.ExecuteAsync(
            $"UPDATE data_sources SET secrets_cipher = set_byte(secrets_cipher, 20, (get_byte(secrets_cipher, 20) + 1) % 256) WHERE id = {source}");

        var failed = await FailedAsync(await bench.Client.RunNowAsync(source), BackupStage.Connect, "decrypt_failed");

        Assert.Contains("Enter them again", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_refuses_every_request_fails_the_job()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var destination = await bench.AddBucketAsync(endpoint: proxy.Address);
        proxy.Decide = (method, target) => Task.FromResult(FaultyProxy.IsBegin(method, target) ? Fault.Unavailable : Fault.None);

        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.NoiseAsync()), destination);

        var failed = await FailedAsync(job, BackupStage.Store, "store_failed");
        Assert.Contains("503", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_completion_that_never_succeeds_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var destination = await bench.AddBucketAsync(endpoint: proxy.Address);
        proxy.Decide = async (method, target) =>
        {
            if (!FaultyProxy.IsComplete(method, target))
                return Fault.None;
            // The upload is gone, so that no further try can help.
            var upload = Assert.Single((await bench.S3.Admin.ListMultipartUploadsAsync(bench.S3.Bucket)).MultipartUploads);
            await bench.S3.Admin.AbortMultipartUploadAsync(bench.S3.Bucket, upload.Key, upload.UploadId);
            proxy.Decide = (_, _) => Task.FromResult(Fault.None);
            return Fault.None;
        };

        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.NoiseAsync()), destination);

        await FailedAsync(job, BackupStage.Store, "upload_lost");
    }

    private async Task<Guid> StartAsync(GatedRelay relay, bool toBucket) => await StartAsync(await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port), toBucket);

    private async Task<Guid> StartAsync(Guid source, bool toBucket) => await StartAsync(source, toBucket ? await bench.AddBucketAsync() : null);

    /// <summary>Starts a backup and waits until it is in its middle.</summary>
    private async Task<Guid> StartAsync(Guid source, Guid? destination)
    {
        var job = await bench.Client.RunNowAsync(source, destination);
        await bench.Client.WaitAsync(job, status => status.BytesRead > Middle / 2 && status.BytesStored > 0, "in its middle");
        return job;
    }

    private async Task<BackupJob> FailedAsync(Guid id, BackupStage stage, string code)
    {
        await bench.Client.FinishedAsync(id);
        var job = await bench.JobAsync(id);
        Assert.Equal((BackupStatus.Failed, stage, code), (job.Status, job.ErrorStage, job.ErrorCode));
        Assert.Null(Assert.Single(job.Artifacts).StoredAt);
        Assert.EndsWith(".", job.ErrorSummary, StringComparison.Ordinal);
        Assert.Empty(await bench.LeftoversAsync(id));
        return job;
    }
}
