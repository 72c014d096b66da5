using Amazon.S3.Model;
using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>Begins uploads so that none is left open that nobody knows of.</summary>
internal sealed class S3Beginning(S3Bucket bucket, SharedBuffers buffers, TimeProvider time, ILogger logger)
{
    // A begin that failed has waited long enough; a process that is being stopped has only seconds.
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    public async Task<IObjectUpload> RunAsync(string key, UploadOptions options, PartPlan plan, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = bucket.FullKey(ObjectKeys.Check(key)),
            ContentType = options.ContentType,
        };
        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = bucket.Encryption();
        try
        {
            var begun = await bucket.Calls.RequestAsync(ct => bucket.Client.InitiateMultipartUploadAsync(request, ct), cancellationToken);
            // The SDK makes an empty answer of a web page with status 200.
            if (string.IsNullOrEmpty(begun.UploadId))
                throw new StoreException(StoreError.InvalidConfiguration, bucket.Errors.NotS3);
            var upload = new OpenUpload(key, begun.UploadId, time.GetUtcNow());
            await AbortStraysAsync(upload, bucket.Timings.Abort);
            return new S3Upload(bucket, upload, new S3PartSender(bucket, upload, plan, buffers, options.Grow, options.Sent), logger);
        }
        catch (StoreException e) when (e.Error == StoreError.ObjectNotFound)
        {
            // Beginning names no object, and a store would have said that the bucket is missing.
            throw new StoreException(StoreError.InvalidConfiguration, bucket.Errors.NotS3, e);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or StoreException { Error: StoreError.Timeout or StoreError.StoreFailed })
        {
            await AbortStraysAsync(new OpenUpload(key, ""), FarewellLimit);
            throw;
        }
    }

    /// <summary>
    /// When the answer to a begin was lost, the store may hold an upload whose id nobody knows. A
    /// key belongs to one job, so every other upload under it is such a stray. Looked for every
    /// time, because .NET's HTTP stack repeats some requests by itself and does not say so.
    /// </summary>
    private async Task AbortStraysAsync(OpenUpload ours, TimeSpan limit)
    {
        using var deadline = new CancellationTokenSource(limit);
        try
        {
            foreach (var stray in await bucket.Listing.UploadsAsync(ours.Key, deadline.Token))
            {
                if (stray.Key == ours.Key && stray.Id != ours.Id)
                    await new S3Abort(bucket).RunAsync(stray, deadline.Token);
            }
        }
        catch (StoreException e) when (e.Error == StoreError.AccessDenied)
        {
            return; // these keys may not list uploads, which the destination's test has said
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            StoreLog.StrayLeft(logger, exception, ours.Key);
        }
    }
}
