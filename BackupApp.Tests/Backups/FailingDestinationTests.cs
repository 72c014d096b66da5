using System.Web;
using BackupApp.Errors;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Backups;

/// <summary>A destination that fails ends the job with its reason, and holds nothing of it.</summary>
[Collection(nameof(RunsOfOneApp))]
public sealed class FailingDestinationTests(JobBench bench)
{
    [Fact]
    public async Task Deleting_the_bucket_in_the_middle_fails_the_job_and_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var relay = bench.Relay();
        var bucket = await bench.S3.CreateBucketAsync();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync(), relay.Port);
        var job = await bench.StartAsync(source, await bench.AddBucketAsync(bucket));

        await bench.S3.Admin.DeleteBucketAsync(bucket, TestContext.Current.CancellationToken);
        relay.Open();

        var failed = await bench.FailedAsync(job, RunStage.Store, "bucket_not_found");
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

        var failed = await bench.FailedAsync(job, RunStage.Store, "invalid_credentials");
        Assert.Contains("key", failed.ErrorSummary, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_store_that_refuses_every_request_fails_the_job()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var destination = await bench.AddBucketAsync(endpoint: proxy.Address);
        proxy.Decide = (method, target) => Task.FromResult(FaultyProxy.IsBegin(method, target) ? Fault.Unavailable : Fault.None);

        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.NoiseAsync()), destination);

        var failed = await bench.FailedAsync(job, RunStage.Store, "store_failed");
        Assert.Contains("503", failed.ErrorSummary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_somebody_aborts_at_the_store_fails_the_job_and_leaves_nothing()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var destination = await bench.AddBucketAsync(endpoint: proxy.Address);
        var aborted = 0;
        proxy.Decide = async (method, target) =>
        {
            if (!FaultyProxy.IsPart(method, target) || Interlocked.Exchange(ref aborted, 1) == 1)
                return Fault.None;
            var upload = new Uri(proxy.Address, target);
            await bench.S3.Admin.AbortMultipartUploadAsync(
                bench.S3.Bucket,
                Uri.UnescapeDataString(upload.AbsolutePath)[(bench.S3.Bucket.Length + 2)..],
                HttpUtility.ParseQueryString(upload.Query)["uploadId"]);
            return Fault.None;
        };

        var job = await bench.Client.RunNowAsync(await bench.AddSourceAsync(await bench.NoiseAsync()), destination);

        await bench.FailedAsync(job, RunStage.Store, "upload_lost");
    }

    [Fact]
    public async Task A_folder_that_fills_up_fails_the_job_before_its_reserve_is_touched()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root mounts a file system.");
        await bench.RequireAsync();
        var source = await bench.AddSourceAsync(await bench.NoiseAsync());
        Directory.CreateDirectory(bench.BackupFolder);
        // A GiB is the least that stays free; what is above it takes some of the dump, not all.
        var (mounted, problem) = await Shell.RunAsync("mount", ["-t", "tmpfs", "-o", "size=1050m", "tmpfs", bench.BackupFolder]);
        Assert.True(mounted == 0, problem);
        try
        {
            var failed = await bench.FailedAsync(await bench.Client.RunNowAsync(source), RunStage.Store, "insufficient_space");

            Assert.Equal(0, failed.BytesStored);
            Assert.InRange(failed.BytesRead, 1, 45 << 20);
            Assert.Contains("1024 MiB must stay free", failed.ErrorSummary, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.RunAsync("umount", [bench.BackupFolder]);
        }
    }
}
