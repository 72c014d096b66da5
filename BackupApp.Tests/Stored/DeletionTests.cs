using System.Net;
using System.Text.RegularExpressions;
using Amazon.S3.Model;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Stored;
using BackupApp.Stored.Scan;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Stored;

/// <summary>
/// Deleting at a real store: what fails is visible and tried again, what is only hidden is said to
/// be, and what is not ours is reported and stays.
/// </summary>
[Collection(nameof(BackupsOfOneApp))]
public sealed partial class DeletionTests(JobBench bench)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deletion_that_fails_is_visible_and_tried_again_and_stops_no_other()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        var source = await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync());
        var sick = await bench.AddBucketAsync(endpoint: proxy.Address);
        Guid[] stuck = [await BackUpAsync(source, sick), await BackUpAsync(source, sick)];
        var free = await BackUpAsync(source, await bench.AddBucketAsync());
        proxy.Decide = (method, _) => Task.FromResult(method == "DELETE" ? Fault.Unavailable : Fault.None);

        foreach (var job in stuck.Append(free))
            await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        await GoneAsync(free);
        Assert.Empty(await bench.LeftoversAsync(free));
        foreach (var job in stuck)
            await Until.TrueAsync(async () => (await bench.JobAsync(job)).DeletionError is not null, "the deletion has failed", 60);
        // Each deletion has called a round of its own; now one round finds both due.
        var told = await AuditAsync(AuditActions.BackupDeleteFailed, stuck);
        await bench.ExecuteAsync($"update backup_jobs set deletion_attempts = 0, deletion_due_at = now() where deletion_error is not null");
        await RoundAsync();
        // The reaper may have called a round just before, and that one is the one that runs.
        foreach (var job in stuck)
            await Until.TrueAsync(async () => (await bench.JobAsync(job)).DeletionDueAt > DateTimeOffset.UtcNow, "it was seen to", 60);

        foreach (var job in stuck)
        {
            var row = await bench.JobAsync(job);
            Assert.Equal((null, true), (row.DeletedAt, row.DeletionError?.Contains("503", StringComparison.Ordinal)));
            Assert.Contains("could not be deleted yet", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
            Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
        }

        Assert.Contains("2 backups that should be gone are still stored", await bench.Client.GetAsync("/"), StringComparison.Ordinal);
        // Said once for all that lies there, and tried for one of them.
        Assert.Equal(1, (await bench.JobAsync(stuck[0])).DeletionAttempts + (await bench.JobAsync(stuck[1])).DeletionAttempts);
        Assert.Equal(told + 1, await AuditAsync(AuditActions.BackupDeleteFailed, stuck));

        proxy.Decide = (_, _) => Task.FromResult(Fault.None);
        await bench.ExecuteAsync($"update backup_jobs set deletion_due_at = now() where deletion_error is not null");
        await RoundAsync();

        foreach (var job in stuck)
        {
            await GoneAsync(job);
            Assert.Empty(await bench.LeftoversAsync(job));
            Assert.Null((await bench.JobAsync(job)).DeletionError);
        }
    }

    [Fact]
    public async Task Where_nothing_can_be_deleted_what_expires_is_only_hidden_and_not_tried_again()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        proxy.Refuse = (method, target) =>
            method == "DELETE" && !target.Contains("uploadId=", StringComparison.Ordinal) ? (403, "AccessDenied") : null;
        var bucket = await bench.AddBucketAsync(endpoint: proxy.Address, appendOnly: true);
        var job = await BackUpAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), bucket);

        await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        await RoundAsync();

        await GoneAsync(job);
        var row = await bench.JobAsync(job);
        Assert.Equal((true, 0L, null), (row.OnlyHidden, row.BytesFreed, row.DeletionError));
        Assert.Equal(3, (await bench.LeftoversAsync(job)).Count);
        Assert.Contains("hidden, still billed", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
        Assert.Contains("own rules delete", await bench.Client.GetAsync("/Destinations"), StringComparison.Ordinal);
        Assert.Contains("what expires is only hidden", await bench.Client.GetAsync("/Policies/Create"), StringComparison.Ordinal);
        foreach (var name in (await bench.S3.LeftoversAsync()).Where(name => name.StartsWith("object ", StringComparison.Ordinal)))
            await bench.S3.Admin.DeleteObjectAsync(bench.S3.Bucket, name["object ".Length..], Cancel);
    }

    [Fact]
    public async Task A_bucket_that_keeps_versions_is_freed_though_nobody_noted_the_version()
    {
        await bench.RequireAsync();
        var bucket = await VersionedBucketAsync();
        var job = await BackUpAsync(
            await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), await bench.AddBucketAsync(bucket));
        Assert.NotNull((await bench.JobAsync(job)).Artifacts[0].Copy.VersionId);
        await bench.ExecuteAsync($"update backup_artifacts set version_id = null where job_id = {job}");

        await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        await RoundAsync();

        await GoneAsync(job);
        Assert.Empty((await bench.S3.Admin.ListVersionsAsync(bucket, Cancel)).Versions ?? []);
        Assert.False((await bench.JobAsync(job)).OnlyHidden);
    }

    [Fact]
    public async Task Where_a_store_does_not_tell_versions_what_was_deleted_is_said_to_be_hidden_and_still_billed()
    {
        await bench.RequireAsync();
        await using var proxy = await FaultyProxy.StartAsync(bench.S3.Settings().Endpoint!);
        proxy.HiddenHeader = "x-amz-version-id";
        var job = await BackUpAsync(
            await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()),
            await bench.AddBucketAsync(await VersionedBucketAsync(), proxy.Address));

        await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        await RoundAsync();

        await GoneAsync(job);
        var row = await bench.JobAsync(job);
        Assert.Equal((true, 0L), (row.OnlyHidden, row.BytesFreed));
        Assert.Contains("hidden, still billed", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_belongs_to_no_job_is_reported_and_stays()
    {
        await bench.RequireAsync();
        var bucket = await bench.S3.CreateBucketAsync();
        var destination = await bench.AddBucketAsync(bucket);
        var job = await BackUpAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), destination);
        var ours = (await bench.JobAsync(job)).Artifacts[0].Copy.Key;
        string[] strangers = ["notes <b>.txt", $"{ours}.copy", "shop/20261123T021500Z_01a206f17943716292ae58aa5fc04235.dump.gz"];
        using var store = TestS3.Store(bench.S3.Settings() with { Bucket = bucket });
        foreach (var key in strangers)
            await store.PutAsync(key, "12345"u8.ToArray(), "text/plain", Cancel);
        using var elsewhere = TestS3.Store(bench.S3.Settings() with { Bucket = bucket, Prefix = "elsewhere" });
        await elsewhere.PutAsync("x", "12345"u8.ToArray(), "text/plain", Cancel);
        await bench.S3.Admin.InitiateMultipartUploadAsync(bucket, "team a/open.gz", Cancel);

        await bench.Client.SubmitAsync($"/Destinations/{destination}", "?handler=Look", []);
        await Until.TrueAsync(async () => (await LookAsync(destination))?.FinishedAt is not null, "somebody looked", seconds: 30);

        var look = (await LookAsync(destination))!;
        Assert.Equal((6, 3, 15, 1, null), (look.Objects, look.Unknown, look.UnknownBytes, look.UnknownUploads, look.Error));
        Assert.Equal(
            [.. strangers.Order(StringComparer.Ordinal), "open.gz"],
            look.Examples.Take(3).Select(e => e.Key).Order(StringComparer.Ordinal).Append(look.Examples[3].Key));
        var page = WebUtility.HtmlDecode(await bench.Client.GetAsync($"/Destinations/{destination}"));
        Assert.Contains("3 of 6 objects", page, StringComparison.Ordinal);
        Assert.Contains("notes &lt;b&gt;.txt", await bench.Client.GetAsync($"/Destinations/{destination}"), StringComparison.Ordinal);
        Assert.Equal(7, (await bench.S3.Admin.ListObjectsV2Async(new() { BucketName = bucket }, Cancel)).S3Objects.Count);
        Assert.Single((await bench.S3.Admin.ListMultipartUploadsAsync(bucket, Cancel)).MultipartUploads);
    }

    [Fact]
    public async Task Another_destination_in_the_same_bucket_is_not_unknown_and_a_bucket_that_is_gone_is_said_to_be()
    {
        await bench.RequireAsync();
        var bucket = await bench.S3.CreateBucketAsync();
        var s3 = bench.S3.Settings();
        var inner = await bench.AddBucketAsync(bucket);
        var outer = await bench.Client.AddS3DestinationAsync(
            $"whole {bucket}", s3.Endpoint!, bucket, "", s3.AccessKeyId!, s3.SecretAccessKey!);
        await BackUpAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), inner);

        await Messages.RunToEndAsync<DestinationScanner>(bench.App.Settings, worker => worker.LookAsync(outer, CancellationToken.None));
        Assert.Equal((3, 0), ((await LookAsync(outer))!.Objects, (await LookAsync(outer))!.Unknown));

        await Amazon.S3.Util.AmazonS3Util.DeleteS3BucketWithObjectsAsync(bench.S3.Admin, bucket, Cancel);
        await Messages.RunToEndAsync<DestinationScanner>(bench.App.Settings, worker => worker.LookAsync(outer, CancellationToken.None));
        Assert.Contains(bucket, (await LookAsync(outer))!.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_lay_in_a_bucket_that_is_gone_for_good_can_be_forgotten_with_its_destination()
    {
        await bench.RequireAsync();
        var bucket = await bench.S3.CreateBucketAsync();
        var destination = await bench.AddBucketAsync(bucket);
        var job = await BackUpAsync(await bench.AddSourceAsync(await bench.Postgres.CreateDatabaseAsync()), destination);
        await Amazon.S3.Util.AmazonS3Util.DeleteS3BucketWithObjectsAsync(bench.S3.Admin, bucket, Cancel);
        await bench.Client.SubmitAsync($"/Jobs/{job}", "?handler=Delete", []);
        // The round that the click has called may be the one at work, and then ours ends before it.
        await RoundAsync();
        await Until.TrueAsync(async () => (await bench.JobAsync(job)).DeletionError is not null, "the round has seen it", seconds: 60);
        Assert.Contains(bucket, (await bench.JobAsync(job)).DeletionError, StringComparison.Ordinal);

        var asked = ForgetForm().Match(await bench.Client.GetAsync($"/Destinations/{destination}"));
        var (location, _) = await bench.Client.SubmitAsync(
            $"/Destinations/{destination}", WebUtility.HtmlDecode(asked.Groups[1].Value), []);

        Assert.Equal("/Destinations", location);
        Assert.Contains("Forgotten", await bench.Client.GetAsync($"/Jobs/{job}"), StringComparison.Ordinal);
        await bench.ExecuteAsync($"update backup_jobs set deletion_due_at = now() where deletion_error is not null");
        await RoundAsync();
        Assert.Equal(
            (DeletionReason.DestinationDeleted, null),
            ((await bench.JobAsync(job)).DeletionReason, (await bench.JobAsync(job)).DeletionError));
    }

    [GeneratedRegex("action=\"/Destinations/[^?\"]*(\\?[^\"]*forget=1[^\"]*)\"")]
    private static partial Regex ForgetForm();

    private async Task<Guid> BackUpAsync(Guid source, Guid destination)
    {
        var job = await bench.Client.RunNowAsync(source, destination);
        Assert.Equal("success", (await bench.Client.FinishedAsync(job)).Status);
        return job;
    }

    private async Task<string> VersionedBucketAsync()
    {
        var bucket = await bench.S3.CreateBucketAsync();
        await bench.S3.Admin.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = "Enabled" },
            },
            Cancel);
        return bucket;
    }

    private Task RoundAsync() =>
        Messages.RunToEndAsync<DeletionWorker>(bench.App.Settings, worker => worker.RunAsync(CancellationToken.None));

    private Task GoneAsync(Guid job) =>
        Until.TrueAsync(async () => (await bench.JobAsync(job)).DeletedAt is not null, "the backup is gone", seconds: 60);

    private async Task<DestinationScan?> LookAsync(Guid destination)
    {
        await using var db = bench.Database();
        return await db.Set<DestinationScan>().AsNoTracking().SingleOrDefaultAsync(l => l.DestinationId == destination, Cancel);
    }

    private async Task<int> AuditAsync(string action, Guid[] jobs)
    {
        await using var db = bench.Database();
        return await db.Set<AuditEntry>().CountAsync(e => e.Action == action && jobs.Contains(e.TargetId!.Value), Cancel);
    }
}
