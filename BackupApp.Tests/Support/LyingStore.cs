using BackupApp.Destinations;

namespace BackupApp.Tests.Support;

/// <summary>A store that takes everything and gives back what a test says.</summary>
/// <param name="read">What is read, from an offset on.</param>
public sealed class LyingStore(Func<byte[], long, Stream> read, Uri? link = null) : IObjectStore
{
    private readonly MemoryStream _stored = new();

    public Task<IObjectUpload> BeginUploadAsync(string key, UploadOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<IObjectUpload>(new Upload(key, _stored));

    public long MemoryOf(UploadOptions options) => 0;

    public Task<ObjectInfo> PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken) => Task.FromResult<ObjectInfo?>(null);

    public Task<Stream> OpenReadAsync(string key, string? versionId, long offset, CancellationToken cancellationToken) =>
        Task.FromResult(read(_stored.ToArray(), offset));

    public Task<Removal> DeleteAsync(string key, string? versionId, CancellationToken cancellationToken) => Task.FromResult(Removal.Freed);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string keyPrefix, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<ObjectInfo>();

    public Task<IReadOnlyList<OpenUpload>> ListUploadsAsync(string keyPrefix, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<OpenUpload>>([]);

    public Task AbortUploadAsync(OpenUpload upload, CancellationToken cancellationToken) => Task.CompletedTask;

    public Uri? CreateDownloadLink(string key, string? versionId, string fileName, string contentType, TimeSpan lifetime) => link;

    public void Dispose() => _stored.Dispose();

    private sealed class Upload(string key, MemoryStream body) : IObjectUpload
    {
        OpenUpload IObjectUpload.Upload { get; } = new(key, "1");

        public Stream Body => body;

        public Task SealAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new ObjectInfo(key, body.Length, VersionId: null, ModifiedAt: null));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
