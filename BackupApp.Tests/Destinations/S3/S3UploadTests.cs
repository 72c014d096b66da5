using System.Security.Cryptography;
using Amazon.S3.Model;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Destinations.S3;

public sealed class S3UploadTests(TestS3 s3) : IClassFixture<TestS3>
{
    private const int MiB = 1024 * 1024;

    // S3's own minimum, so that several parts stay cheap.
    private static readonly PartLimits SmallParts = PartLimits.Default with { Smallest = 5 * MiB };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5 * MiB)]
    [InlineData((5 * MiB) + 1)]
    [InlineData((5 * 5 * MiB) + 12_345)]
    public async Task What_was_uploaded_is_read_back_byte_for_byte(int size)
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts);
        var content = TestBytes.Make(size);
        var key = $"sizes/{size}.dump.gz";

        var stored = await UploadAsync(store, key, content, pieces: 777_777);

        Assert.Equal(size, stored.Size);
        var read = await TestBytes.ReadAllAsync(await store.OpenReadAsync(key, null, 0, Cancel));
        Assert.Equal(SHA256.HashData(content), SHA256.HashData(read));
        Assert.Equal(size, (await store.FindAsync(key, Cancel))?.Size);
        Assert.Empty(await store.ListUploadsAsync("sizes/", Cancel));
    }

    [Fact]
    public async Task Nothing_is_visible_before_completion()
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts);
        await using var upload = await store.BeginUploadAsync("early/a.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(6 * MiB), Cancel);
        await upload.SealAsync(Cancel);

        Assert.Null(await store.FindAsync("early/a.gz", Cancel));
        Assert.Equal(upload.Upload.Id, Assert.Single(await store.ListUploadsAsync("early/", Cancel)).Id);

        await upload.CompleteAsync(Cancel);
        Assert.NotNull(await store.FindAsync("early/a.gz", Cancel));
    }

    [Fact]
    public async Task Disposing_without_completing_leaves_nothing()
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts);
        var upload = await store.BeginUploadAsync("dropped/a.gz", new UploadOptions("application/gzip"), Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(18 * MiB), Cancel);

        await upload.DisposeAsync();

        Assert.Empty(await s3.LeftoversAsync("team a/dropped/"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await upload.Body.WriteAsync(new byte[1], Cancel));
    }

    [Fact]
    public async Task An_upload_of_a_dead_process_is_listed_and_aborted()
    {
        TestS3.Require();
        using var store = s3.Store();
        var begun = await s3.Admin.InitiateMultipartUploadAsync(s3.Bucket, "team a/dead/a.gz", Cancel);
        await s3.Admin.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = s3.Bucket,
                Key = "team a/dead/a.gz",
                UploadId = begun.UploadId,
                PartNumber = 1,
                InputStream = new MemoryStream(new byte[100]),
                UseChunkEncoding = false,
            },
            Cancel);

        var found = Assert.Single(await store.ListUploadsAsync("dead/", Cancel));
        Assert.Equal(("dead/a.gz", begun.UploadId), (found.Key, found.Id));
        await store.AbortUploadAsync(found, Cancel);
        await store.AbortUploadAsync(found, Cancel);

        Assert.Empty(await s3.LeftoversAsync("team a/dead/"));
    }

    [Theory]
    [InlineData("Müller & Söhne/Größe 1.gz")]
    [InlineData("a b+c/d=e;f'g(h)!*,~.gz")]
    [InlineData("日本/データ 100%.gz")]
    public async Task Keys_may_hold_what_people_type(string key)
    {
        TestS3.Require();
        using var store = s3.Store();
        await UploadAsync(store, key, [1, 2, 3], pieces: 10);

        Assert.Equal(3, (await store.FindAsync(key, Cancel))?.Size);
        var listed = new List<string>();
        await foreach (var found in store.ListAsync(key[..3], Cancel))
            listed.Add(found.Key);
        Assert.Equal([key], listed);
        await store.DeleteAsync(key, null, Cancel);
        Assert.Null(await store.FindAsync(key, Cancel));
    }

    [Fact]
    public async Task Parts_grow_rather_than_fail_when_the_backup_outgrows_its_plan()
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts with { MaxParts = 3 });
        var content = TestBytes.Make(19 * MiB);

        await UploadAsync(store, "grown.gz", content, pieces: MiB);

        Assert.Equal(
            SHA256.HashData(content),
            SHA256.HashData(await TestBytes.ReadAllAsync(await store.OpenReadAsync("grown.gz", null, 0, Cancel))));
    }

    [Fact]
    public async Task More_than_the_last_part_holds_is_too_large_and_leaves_nothing()
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts with { MaxParts = 2, Largest = 5 * MiB });

        var error = await Assert.ThrowsAsync<StoreException>(() => UploadAsync(store, "huge/a.gz", TestBytes.Make(11 * MiB), pieces: MiB));

        Assert.Equal(StoreError.TooLarge, error.Error);
        Assert.Empty(await s3.LeftoversAsync("team a/huge/"));
    }

    [Fact]
    public async Task Small_objects_and_long_lists_work()
    {
        TestS3.Require();
        using var store = s3.Store();
        var names = Enumerable.Range(0, 1005).Select(n => $"many/{n:0000}.json").ToList();
        await Parallel.ForEachAsync(
            names,
            Cancel,
            async (name, ct) => await store.PutAsync(name, "{}"u8.ToArray(), "application/json", ct));

        var listed = new List<string>();
        await foreach (var found in store.ListAsync("many/", Cancel))
            listed.Add(found.Key);

        Assert.Equal(names, listed);
        Assert.Equal("{}"u8.ToArray(), await TestBytes.ReadAllAsync(await store.OpenReadAsync(names[7], null, 0, Cancel)));
        Assert.Equal("}"u8.ToArray(), await TestBytes.ReadAllAsync(await store.OpenReadAsync(names[7], null, 1, Cancel)));
    }

    [Fact]
    public async Task A_bucket_with_versions_frees_exactly_the_version_that_is_deleted()
    {
        TestS3.Require();
        var bucket = await s3.CreateBucketAsync();
        await s3.Admin.PutBucketVersioningAsync(
            new PutBucketVersioningRequest
            {
                BucketName = bucket,
                VersioningConfig = new S3BucketVersioningConfig { Status = "Enabled" },
            },
            Cancel);
        using var store = TestS3.Store(s3.Settings() with { Bucket = bucket });
        var older = await UploadAsync(store, "v.gz", [1], pieces: 1);
        var newer = await UploadAsync(store, "v.gz", [1, 2], pieces: 1);

        Assert.NotNull(newer.VersionId);
        Assert.NotEqual(older.VersionId, newer.VersionId);
        await store.DeleteAsync("v.gz", newer.VersionId, Cancel);
        await store.DeleteAsync("v.gz", newer.VersionId, Cancel);

        var left = await s3.Admin.ListVersionsAsync(bucket, Cancel);
        Assert.Equal([older.VersionId], (left.Versions ?? []).Select(v => v.VersionId));
    }

    [Fact]
    public async Task Objects_are_encrypted_at_rest_when_asked()
    {
        TestS3.Require();
        using var store = TestS3.Store(s3.Settings() with { Encryption = ServerSideEncryption.SseKms, KmsKeyId = "testkey-1" });
        try
        {
            await UploadAsync(store, "kms.gz", [1, 2, 3], pieces: 3);
        }
        catch (StoreException e) when (e.Error is StoreError.StoreFailed or StoreError.InvalidConfiguration)
        {
            Assert.Skip($"This server has no key management: {e.Message}");
        }

        var head = await s3.Admin.GetObjectMetadataAsync(s3.Bucket, "team a/kms.gz", Cancel);
        Assert.Equal("aws:kms", head.ServerSideEncryptionMethod?.Value);
        Assert.Equal([1, 2, 3], await TestBytes.ReadAllAsync(await store.OpenReadAsync("kms.gz", null, 0, Cancel)));
    }

    [Theory]
    [InlineData(true, new[] { 5, 5, 5, 5, 5, 5, 5, 5, 5, 10, 13 })]
    [InlineData(false, new[] { 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 10, 8 })]
    public async Task Parts_that_outgrow_the_expected_size_grow_only_where_there_is_memory(bool granted, int[] parts)
    {
        TestS3.Require();
        using var store = s3.Store(limits: SmallParts with { MaxParts = granted ? 11 : 12, Memory = 5 * MiB, InFlight = 1 });
        var asked = new List<long>();
        var options = new UploadOptions("application/gzip", ExpectedSize: 1, Grow: more =>
        {
            asked.Add(more);
            return granted;
        });
        await using var upload = await store.BeginUploadAsync($"grown/{granted}.gz", options, Cancel);
        await upload.Body.WriteAsync(TestBytes.Make(parts.Sum() * MiB), Cancel);
        await upload.SealAsync(Cancel);

        var stored = await s3.Admin.ListPartsAsync(s3.Bucket, $"team a/{upload.Upload.Key}", upload.Upload.Id, Cancel);
        Assert.Equal(parts, stored.Parts.Select(p => (int)(p.Size!.Value / MiB)));
        Assert.Equal([10 * MiB], asked);
    }

    private static async Task<ObjectInfo> UploadAsync(S3ObjectStore store, string key, byte[] content, int pieces)
    {
        await using var upload = await store.BeginUploadAsync(key, new UploadOptions("application/gzip"), Cancel);
        foreach (var piece in content.Chunk(pieces))
            await upload.Body.WriteAsync(piece, Cancel);
        await upload.SealAsync(Cancel);
        return await upload.CompleteAsync(Cancel);
    }
}
