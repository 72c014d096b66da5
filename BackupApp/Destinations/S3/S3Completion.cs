using Amazon.S3.Model;

namespace BackupApp.Destinations.S3;

/// <summary>Makes an upload's parts an object, and believes it only when the store shows it.</summary>
internal sealed class S3Completion(S3Bucket bucket, OpenUpload upload, S3PartSender sender)
{
    public async Task<ObjectInfo> RunAsync(CancellationToken cancellationToken) =>
        await AskToCompleteAsync(cancellationToken) is { } answer
            ? await ConfirmAsync(answer, cancellationToken)
            : await FindCompletedAsync(cancellationToken);

    /// <returns>Null when the answer was lost or says that the upload is gone: it may have been completed already.</returns>
    private async Task<CompleteMultipartUploadResponse?> AskToCompleteAsync(CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = bucket.Name,
            Key = bucket.FullKey(upload.Key),
            UploadId = upload.Id,
            PartETags = sender.Parts,
        };
        try
        {
            return await bucket.Calls.CompleteAsync(ct => bucket.Client.CompleteMultipartUploadAsync(request, ct), cancellationToken);
        }
        catch (StoreException e)
            when (e.Error is StoreError.UploadLost or StoreError.Timeout or StoreError.Unreachable or StoreError.StoreFailed)
        {
            var found = await bucket.FindAsync(upload.Key, cancellationToken);
            if (found?.Size == sender.Length)
                return null;
            throw;
        }
    }

    // Another gateway of the store may not know of it yet.
    private async Task<ObjectInfo?> LookAsync(CancellationToken cancellationToken)
    {
        var patience = bucket.Timings.Request;
        for (var pause = bucket.Timings.FirstPause; ; pause *= 2)
        {
            var found = await bucket.FindAsync(upload.Key, cancellationToken);
            if (found is not null || patience <= TimeSpan.Zero)
                return found;
            await Task.Delay(pause, cancellationToken);
            patience -= pause;
        }
    }

    private async Task<ObjectInfo> FindCompletedAsync(CancellationToken cancellationToken) =>
        await bucket.FindAsync(upload.Key, cancellationToken)
        ?? throw new StoreException(StoreError.ObjectNotFound, $"The completed object disappeared from the bucket '{bucket.Name}'.");

    private async Task<ObjectInfo> ConfirmAsync(CompleteMultipartUploadResponse answer, CancellationToken cancellationToken)
    {
        ObjectInfo? found;
        try
        {
            found = await LookAsync(cancellationToken);
        }
        catch (StoreException e) when (e.Error != StoreError.BucketNotFound && !string.IsNullOrEmpty(answer.ETag))
        {
            // The store said that it has the object. That it cannot be asked again now is no reason to throw away hours of work.
            return new ObjectInfo(upload.Key, sender.Length, answer.VersionId, ModifiedAt: null);
        }
        if (found?.Size == sender.Length)
            return found with { VersionId = answer.VersionId ?? found.VersionId };
        throw new StoreException(StoreError.StoreFailed,
            $"{bucket.Settings.Place} confirmed {sender.Length} bytes but holds {found?.Size ?? 0}: "
            + "do not trust this store with backups.");
    }
}
