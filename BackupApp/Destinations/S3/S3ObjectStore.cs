using Amazon.S3;
using Amazon.S3.Model;
using BackupApp.Network;
using BackupApp.Streams;

namespace BackupApp.Destinations.S3;

/// <summary>A bucket of AWS or of any S3-compatible store. Holds its own connections: dispose it with the job that used it.</summary>
public sealed class S3ObjectStore : IObjectStore
{
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
        return await new S3Beginning(_bucket, Buffers, _time, _logger).RunAsync(key, options, Plan(options), cancellationToken);
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
                (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = _bucket.Encryption();
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
        return new S3Abort(_bucket).RunAsync(upload, cancellationToken);
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
}
