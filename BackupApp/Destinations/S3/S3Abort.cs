using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>Ends an upload so that nothing of it is kept, or billed.</summary>
internal sealed class S3Abort(S3Bucket bucket)
{
    /// <summary>
    /// Aborts and looks whether it is gone: a part that reached the store after the abort can bring the upload back.
    /// </summary>
    public async Task RunAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        const int tries = 5;
        for (var n = 1; n <= tries; n++)
        {
            if (!await AbortOnceAsync(upload, cancellationToken) || !await IsOpenAsync(upload, cancellationToken))
                return;
            await Task.Delay(bucket.Timings.FirstPause * n, cancellationToken);
        }
        throw new StoreException(
            StoreError.StoreFailed,
            $"An upload is still open at {bucket.Settings.Place} after it was aborted {tries} times.");
    }

    /// <returns>False when the whole bucket is gone, and every upload with it.</returns>
    private async Task<bool> AbortOnceAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        var request = new AbortMultipartUploadRequest { BucketName = bucket.Name, Key = bucket.FullKey(upload.Key), UploadId = upload.Id };
        try
        {
            await bucket.Calls.RequestAsync(ct => bucket.Client.AbortMultipartUploadAsync(request, ct), cancellationToken);
            return true;
        }
        catch (StoreException e) when (e.Error is StoreError.UploadLost or StoreError.ObjectNotFound)
        {
            return true;
        }
        catch (StoreException e) when (e.Error == StoreError.BucketNotFound)
        {
            return false;
        }
    }

    private async Task<bool> IsOpenAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        try
        {
            return (await bucket.Listing.UploadsAsync(upload.Key, cancellationToken)).Any(u => u.Id == upload.Id);
        }
        catch (StoreException e) when (e.Error is StoreError.AccessDenied or StoreError.BucketNotFound)
        {
            return false; // these keys may not list: the answer to the abort has to do
        }
    }
}
