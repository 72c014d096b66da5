using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using BackupApp.Destinations.S3;
using BackupApp.Network;

namespace BackupApp.Destinations;

/// <summary>
/// Does to a destination what a backup does, with an object of 64 KiB: a test that only asked whether the bucket exists would pass where
/// the backup at night fails. Leaves nothing behind, however it ends. Give it a store with <see cref="S3Timings.Interactive"/>.
/// </summary>
/// <param name="allowLinkLocal">See <see cref="OutboundHosts"/>; for the download link.</param>
public sealed class DestinationTest(TimeProvider time, bool allowLinkLocal = false)
{
    private const int Size = 64 * 1024;
    private const int RangeStart = 1000;
    private const int RangeEnd = 1999;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LinkLimit = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(10);

    /// <returns>The result, also when the destination fails; only the caller's own cancellation is thrown.</returns>
    public async Task<DestinationTestResult> RunAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var started = time.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var run = new Run(store, $".backupapp-test-{Guid.NewGuid():N}", allowLinkLocal);
        StoreException? failure = null;
        try
        {
            await run.AllStepsAsync(limit.Token);
        }
        catch (StoreException e)
        {
            failure = e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            failure = new StoreException(StoreError.Timeout, $"The destination took longer than {Limit.TotalSeconds:0} s for a small object.", e);
        }
        finally
        {
            await run.CleanUpAsync();
        }
        var latency = time.GetElapsedTime(started);
        return failure is null
            ? new(null, null, "A small backup was stored, read and deleted.", run.KeepsVersions ? VersionsAdvice : null, latency, run.KeepsVersions)
            : new(run.Step, failure.Error, failure.Message, Advice(run.Step, failure.Error), latency, run.KeepsVersions);
    }

    private const string VersionsAdvice = "The bucket keeps old versions. Backups are deleted by version, so that they free their space.";

    private static string? Advice(DestinationTestStep step, StoreError error) => (step, error) switch
    {
        (DestinationTestStep.Upload, StoreError.AccessDenied) => "Uploading needs s3:PutObject, s3:AbortMultipartUpload, s3:GetObject, s3:ListBucket and s3:ListBucketMultipartUploads.",
        (DestinationTestStep.Read, StoreError.AccessDenied) => "Downloading needs s3:GetObject.",
        (DestinationTestStep.Delete, StoreError.AccessDenied) => "Deleting needs s3:DeleteObject, s3:DeleteObjectVersion and s3:ListBucket.",
        (DestinationTestStep.Link, _) => "Backups can be stored here; only download links do not work. Correct the public endpoint, or let BackupApp serve the files.",
        (DestinationTestStep.Upload, StoreError.Unreachable) => "In a container, localhost is the container itself: use the store's service name or host.docker.internal.",
        _ => null,
    };

    private sealed class Run(IObjectStore store, string key, bool allowLinkLocal)
    {
        private readonly byte[] _content = RandomNumberGenerator.GetBytes(Size);
        private ObjectInfo? _stored;
        private bool _touched;

        public DestinationTestStep Step { get; private set; } = DestinationTestStep.Upload;

        // "null" is what a bucket with suspended versioning answers.
        public bool KeepsVersions => _stored?.VersionId is not (null or "" or "null");

        public async Task AllStepsAsync(CancellationToken cancellationToken)
        {
            await UploadAsync(cancellationToken);
            Step = DestinationTestStep.Read;
            await ReadAsync(cancellationToken);
            Step = DestinationTestStep.Link;
            if (store.CreateDownloadLink(key, _stored!.VersionId, "backupapp-test.gz", TimeSpan.FromMinutes(1)) is { } link)
                await FollowAsync(link, cancellationToken);
            Step = DestinationTestStep.Delete;
            await DeleteAsync(cancellationToken);
        }

        /// <summary>Whatever the run left: it has its own time, for the caller's may be used up.</summary>
        public async Task CleanUpAsync()
        {
            if (!_touched)
                return;
            using var limit = new CancellationTokenSource(CleanUpLimit);
            try
            {
                foreach (var upload in await store.ListUploadsAsync(key, limit.Token))
                    await store.AbortUploadAsync(upload, limit.Token);
                if (await store.FindAsync(key, limit.Token) is { } left)
                    await store.DeleteAsync(key, left.VersionId, limit.Token);
            }
            catch (Exception e) when (e is StoreException or OperationCanceledException)
            {
                // The result tells already what is wrong with this destination; what cannot be reached cannot be tidied.
                return;
            }
        }

        private async Task UploadAsync(CancellationToken cancellationToken)
        {
            await using var upload = await store.BeginUploadAsync(key, new UploadOptions("application/gzip", Size), cancellationToken);
            _touched = true;
            await upload.Body.WriteAsync(_content, cancellationToken);
            await upload.SealAsync(cancellationToken);
            _stored = await upload.CompleteAsync(cancellationToken);
            if (_stored.Size != Size)
                throw new StoreException(StoreError.StoreFailed, $"The destination holds {_stored.Size} bytes of {Size}.");
        }

        private async Task ReadAsync(CancellationToken cancellationToken)
        {
            await using var body = await store.OpenReadAsync(key, _stored!.VersionId, RangeStart, cancellationToken);
            var rest = new MemoryStream(Size);
            await body.CopyToAsync(rest, cancellationToken);
            if (!rest.GetBuffer().AsSpan(0, (int)rest.Length).SequenceEqual(_content.AsSpan(RangeStart)))
                throw new StoreException(StoreError.StoreFailed, "The destination gave back other bytes than were stored.");
        }

        // As a browser does that resumes a download.
        private async Task FollowAsync(Uri link, CancellationToken cancellationToken)
        {
            var host = S3StoreSettings.Show(link);
            using var http = new HttpClient(OutboundHttp.CreateHandler(allowLinkLocal, TimeSpan.FromSeconds(5), maxConnections: 1)) { Timeout = LinkLimit };
            using var request = new HttpRequestMessage(HttpMethod.Get, link) { Headers = { Range = new RangeHeaderValue(RangeStart, RangeEnd) } };
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken);
                if (answer.StatusCode is not (HttpStatusCode.PartialContent or HttpStatusCode.OK))
                    throw new StoreException(StoreError.AccessDenied, $"A download link to {host} was answered with {(int)answer.StatusCode}.");
                var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                if (answer.StatusCode != HttpStatusCode.PartialContent || !bytes.AsSpan().SequenceEqual(_content.AsSpan(RangeStart..(RangeEnd + 1))))
                    throw new StoreException(StoreError.StoreFailed, $"A download link to {host} gave other bytes than the part that was asked for.");
            }
            catch (HttpRequestException e) when (e.InnerException is HostRefusedException refused)
            {
                throw new StoreException(StoreError.InvalidConfiguration, refused.Message, e);
            }
            catch (HttpRequestException e)
            {
                var error = e.HttpRequestError == HttpRequestError.SecureConnectionError ? StoreError.TlsError : StoreError.Unreachable;
                throw new StoreException(error, $"A download link to {host} could not be opened from this server ({e.HttpRequestError}).", e);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new StoreException(StoreError.Timeout, $"A download link to {host} was not answered in time.", e);
            }
        }

        private async Task DeleteAsync(CancellationToken cancellationToken)
        {
            await store.DeleteAsync(key, _stored!.VersionId, cancellationToken);
            if (await store.FindAsync(key, cancellationToken) is not null)
                throw new StoreException(StoreError.StoreFailed, "The object is still there after it was deleted: the bucket may lock its objects.");
        }
    }
}
