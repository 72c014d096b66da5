using BackupApp.Network;

namespace BackupApp.Destinations;

/// <summary>
/// Does to a destination what a backup does, with a whole part and one byte of a second: a test of less would pass where a proxy or a store
/// refuses the backup at night. Leaves nothing behind, however it ends, where it may delete. Give it a store with
/// <see cref="S3.S3Timings.Test"/>.
/// </summary>
/// <param name="allowLinkLocal">See <see cref="OutboundHosts"/>; for the download link.</param>
public sealed class DestinationTest(TimeProvider time, bool allowLinkLocal = false)
{
    /// <summary>Of the whole test, without tidying up.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private const string VersionsAdvice =
        "The bucket keeps old versions. Backups are deleted by version, so that they free their space.";
    private const string DeletesAdvice =
        "BackupApp can delete here, so what expires is deleted and not only hidden: \"Append-only\" is not needed.";

    /// <returns>The result, also when the destination fails; only the caller's own cancellation is thrown.</returns>
    public async Task<DestinationTestResult> RunAsync(IObjectStore store, DestinationTestTerms terms, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(terms);
        var started = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var trial = new DestinationTrial(store, terms, new LinkCheck(allowLinkLocal));
        StoreException? failure = null;
        try
        {
            await trial.AllStepsAsync(limit.Token);
        }
        catch (StoreException e)
        {
            failure = e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            failure = new StoreException(
                StoreError.Timeout,
                $"The destination took longer than {Limit.TotalMinutes:0} minutes for {DestinationTrial.Size >> 20} MiB.",
                e);
        }
        finally
        {
            await trial.CleanUpAsync();
        }
        return new(
            failure is null ? null : trial.Step,
            failure?.Error,
            failure?.Message ?? Success(trial),
            failure is null ? SuccessAdvice(trial, terms) : Advice(trial.Step, failure.Error),
            time.GetElapsedTime(started),
            trial.KeepsVersions)
        {
            CannotDelete = trial.CannotDelete,
            Lock = trial.Lock,
            LeftBehind = trial.LeftBehind,
        };
    }

    private static string Success(DestinationTrial trial) => trial.CannotDelete
        ? "Parts as large as a backup's were stored and read. Deleting them was refused, which is accepted here."
        : "Parts as large as a backup's were stored, read and deleted.";

    private static string? SuccessAdvice(DestinationTrial trial, DestinationTestTerms terms)
    {
        if (trial.LeftBehind is not null)
            return trial.LeftBehind;
        if (terms.AppendOnly)
            return DeletesAdvice;
        return trial.KeepsVersions ? VersionsAdvice : null;
    }

    private static string? Advice(DestinationTestStep step, StoreError error) => (step, error) switch
    {
        (DestinationTestStep.Upload, StoreError.AccessDenied) =>
            "Uploading needs s3:PutObject, s3:AbortMultipartUpload, s3:GetObject, s3:ListBucket and s3:ListBucketMultipartUploads.",
        (DestinationTestStep.Upload, StoreError.RequestRefused) =>
            "If the bucket locks its objects, choose \"Append-only\": uploads then carry the checksum that such a bucket asks for.",
        (DestinationTestStep.Read, StoreError.AccessDenied) => "Downloading needs s3:GetObject.",
        (DestinationTestStep.Delete, StoreError.AccessDenied or StoreError.RequestRefused) =>
            "Deleting needs s3:DeleteObject, s3:DeleteObjectVersion and s3:ListBucket. "
            + "Where nothing shall be deleted, choose \"Append-only\": "
                + "what expires is then only hidden.",
        (DestinationTestStep.Link, _) =>
            "Backups can be stored here; only download links do not work. Correct the public endpoint, or let BackupApp serve the files.",
        (DestinationTestStep.Upload, StoreError.Unreachable) =>
            "In a container, localhost is the container itself: use the store's service name or host.docker.internal.",
        _ => null,
    };
}

/// <param name="AppendOnly">Deleting may be refused: see <see cref="StorageDestination.AppendOnly"/>.</param>
/// <param name="Progress">Told what the test does, from several threads.</param>
public sealed record DestinationTestTerms(bool AppendOnly = false, Action<DestinationTestProgress>? Progress = null);

/// <param name="Sent">Bytes that the connection took.</param>
/// <param name="Size">Bytes of the whole upload.</param>
public sealed record DestinationTestProgress(DestinationTestStep Step, long Sent, long Size);
