using Amazon.S3;
using Amazon.S3.Model;
using BackupApp.Network;
using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>A bucket of AWS or of any S3-compatible store. Holds its own connections: dispose it with the job that used it.</summary>
public sealed class S3ObjectStore : IObjectStore
{
    // A begin that failed has waited long enough; a process that is being stopped has only seconds.
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    private readonly S3Timings _timings;
    private readonly PartLimits _limits;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _connections;
    private readonly HttpClient _http;
    private readonly S3Errors _errors;
    private readonly S3Bucket _bucket;
    private readonly S3Links _links;
    private readonly Lazy<AmazonS3Client> _objects;

    /// <param name="timings">Null is <see cref="S3Timings.Backup"/>.</param>
    /// <param name="limits">Null is <see cref="PartLimits.Default"/>; the settings' own number of parts applies too.</param>
    /// <exception cref="StoreException">The settings are incomplete or contradict themselves.</exception>
    public S3ObjectStore(
        S3StoreSettings settings,
        ILogger<S3ObjectStore> logger,
        S3Timings? timings = null,
        PartLimits? limits = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        limits ??= PartLimits.Default;
        _limits = limits with { MaxParts = Math.Min(limits.MaxParts, settings.MaxParts) };
        (_logger, _timings, _time) = (logger, timings ?? S3Timings.Backup, time ?? TimeProvider.System);
        _errors = new S3Errors(settings);
        _connections = OutboundHttp.CreateHandler(settings.AllowLinkLocal, _timings.Connect, limits.InFlight * 4);
        _http = S3Client.CreateHttp(_connections, settings);
        var client = S3Client.Create(settings, settings.Endpoint, _http);
        _objects = new(
            () => S3Client.Create(settings, settings.Endpoint, S3Client.CreateHttp(_connections, settings, streamsObjects: true)));
        _bucket = new S3Bucket(settings, client, _errors, new S3Calls(_errors, _timings, _time), _timings);
        _links = new S3Links(settings, client, _http, _time);
    }

    /// <summary>Buffers of all uploads of this process; tests give their own.</summary>
    internal SharedBuffers Buffers { get; init; } = SharedBuffers.Shared;

    /// <summary>Pages after which a list is given up.</summary>
    internal int MostPages
    {
        init => _bucket.Listing.MostPages = value;
    }

    public async Task<IObjectUpload> BeginUploadAsync(string key, UploadOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var plan = Plan(options);
        var request = new InitiateMultipartUploadRequest
        {
            BucketName = _bucket.Name,
            Key = _bucket.FullKey(ObjectKeys.Check(key)),
            ContentType = options.ContentType,
        };
        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption();
        try
        {
            var begun = await _bucket.Calls.RequestAsync(ct => _bucket.Client.InitiateMultipartUploadAsync(request, ct), cancellationToken);
            // The SDK makes an empty answer of a web page with status 200.
            if (string.IsNullOrEmpty(begun.UploadId))
                throw new StoreException(StoreError.InvalidConfiguration, _errors.NotS3);
            var upload = new OpenUpload(key, begun.UploadId, _time.GetUtcNow());
            await AbortStraysAsync(upload, _timings.Abort);
            return new S3Upload(_bucket, upload, new S3PartSender(_bucket, upload, plan, Buffers, options.Grow, options.Sent), _logger);
        }
        catch (StoreException e) when (e.Error == StoreError.ObjectNotFound)
        {
            // Beginning names no object, and a store would have said that the bucket is missing.
            throw new StoreException(StoreError.InvalidConfiguration, _errors.NotS3, e);
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or StoreException { Error: StoreError.Timeout or StoreError.StoreFailed })
        {
            await AbortStraysAsync(new OpenUpload(key, ""), FarewellLimit);
            throw;
        }
    }

    public long MemoryOf(UploadOptions options) => Plan(options).Memory;

    public Task<ObjectInfo> PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken)
    {
        var fullKey = _bucket.FullKey(ObjectKeys.Check(key));
        var bytes = content.ToArray();
        return _bucket.Calls.RequestAsync(
            async ct =>
            {
                var request = new PutObjectRequest
                {
                    BucketName = _bucket.Name,
                    Key = fullKey,
                    ContentType = contentType,
                    InputStream = new MemoryStream(bytes),
                    DisablePayloadSigning = _bucket.IsTls,
                    UseChunkEncoding = false,
                    MD5Digest = _bucket.Md5Of(bytes),
                };
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption();
                var answer = await _bucket.Client.PutObjectAsync(request, ct);
                return new ObjectInfo(key, bytes.Length, answer.VersionId, _time.GetUtcNow());
            },
            cancellationToken);
    }

    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken) =>
        _bucket.FindAsync(ObjectKeys.Check(key), cancellationToken);

    public Task<Stream> OpenReadAsync(string key, string? versionId, long offset, CancellationToken cancellationToken) =>
        new S3Reader(_bucket, _objects.Value, _time).OpenAsync(ObjectKeys.Check(key), versionId, offset, cancellationToken);

    public Task<Removal> DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) =>
        _bucket.DeleteAsync(ObjectKeys.Check(key), versionId, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string keyPrefix, CancellationToken cancellationToken) =>
        _bucket.Listing.ObjectsAsync(ObjectKeys.CheckPrefix(keyPrefix), cancellationToken);

    public Task<IReadOnlyList<OpenUpload>> ListUploadsAsync(string keyPrefix, CancellationToken cancellationToken) =>
        _bucket.Listing.UploadsAsync(ObjectKeys.CheckPrefix(keyPrefix), cancellationToken);

    public Task AbortUploadAsync(OpenUpload upload, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(upload);
        return _bucket.AbortAsync(upload, cancellationToken);
    }

    public Uri? CreateDownloadLink(string key, string? versionId, string fileName, string contentType, TimeSpan lifetime) =>
        _links.Create(_bucket.FullKey(ObjectKeys.Check(key)), versionId, fileName, contentType, lifetime);

    public void Dispose()
    {
        _links.Dispose();
        _bucket.Client.Dispose();
        if (_objects.IsValueCreated)
            _objects.Value.Dispose();
        _http.Dispose();
        _connections.Dispose();
    }

    private PartPlan Plan(UploadOptions options) => new(options.ExpectedSize, _limits, options.MostMemory);

    private (ServerSideEncryptionMethod? Method, string? KeyId) Encryption() => _bucket.Settings.Encryption switch
    {
        ServerSideEncryption.SseS3 => (ServerSideEncryptionMethod.AES256, null),
        ServerSideEncryption.SseKms => (ServerSideEncryptionMethod.AWSKMS, _bucket.Settings.KmsKeyId),
        _ => (null, null),
    };

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
            foreach (var stray in await _bucket.Listing.UploadsAsync(ours.Key, deadline.Token))
            {
                if (stray.Key == ours.Key && stray.Id != ours.Id)
                    await _bucket.AbortAsync(stray, deadline.Token);
            }
        }
        catch (StoreException e) when (e.Error == StoreError.AccessDenied)
        {
            return; // these keys may not list uploads, which the destination's test has said
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            StoreLog.StrayLeft(_logger, exception, ours.Key);
        }
    }
}
