namespace BackupApp.Destinations;

/// <summary>
/// A place that keeps objects: an S3 bucket or a local folder. Keys are relative, '/'-separated and without a leading slash; the
/// destination's own prefix is added inside. Every failure is a <see cref="StoreException"/>, or an
/// <see cref="OperationCanceledException"/> when the caller's token was cancelled.
/// </summary>
public interface IObjectStore : IDisposable
{
    /// <summary>
    /// Opens an upload. Nothing is visible under <paramref name="key"/> until <see cref="IObjectUpload.CompleteAsync"/>.
    /// A key belongs to one writer: another unfinished upload of the same key may be aborted.
    /// </summary>
    Task<IObjectUpload> BeginUploadAsync(string key, UploadOptions options, CancellationToken cancellationToken);

    /// <summary>Bytes of memory that such an upload holds at most, as long as it does not outgrow its expected size.</summary>
    long MemoryOf(UploadOptions options);

    /// <summary>Writes a small object (at most 1 MiB) in one request, replacing what is there.</summary>
    /// <returns>With the version, which deleting it for good needs.</returns>
    Task<ObjectInfo> PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken);

    /// <summary>The completed object, or null when there is none.</summary>
    Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the object (that version, where the bucket keeps versions) from byte <paramref name="offset"/> to
    /// its end; nothing beyond it. A torn connection is replaced by another one that goes on where it tore, a
    /// limited number of times. The stream of a folder can seek. It needs the store until it is disposed.
    /// </summary>
    Task<Stream> OpenReadAsync(string key, string? versionId, long offset, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes the object (that version, where the bucket keeps versions). An object that is not there counts as deleted.
    /// </summary>
    /// <returns>Whether its space is free now, as far as the store tells.</returns>
    Task<Removal> DeleteAsync(string key, string? versionId, CancellationToken cancellationToken);

    /// <summary>
    /// Objects whose key starts with <paramref name="keyPrefix"/>, in the order of their keys. A list without an end fails.
    /// </summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string keyPrefix, CancellationToken cancellationToken);

    /// <summary>Uploads begun under <paramref name="keyPrefix"/> that are neither completed nor aborted.</summary>
    Task<IReadOnlyList<OpenUpload>> ListUploadsAsync(string keyPrefix, CancellationToken cancellationToken);

    /// <summary>Ends an open upload and frees its parts. An upload that is not there counts as aborted.</summary>
    Task AbortUploadAsync(OpenUpload upload, CancellationToken cancellationToken);

    /// <summary>
    /// A link that anyone can GET until it expires (at most 7 days, S3's own limit), or null where
    /// the store cannot make one and the app must serve the file.
    /// </summary>
    Uri? CreateDownloadLink(string key, string? versionId, string fileName, string contentType, TimeSpan lifetime);
}

/// <summary>
/// One upload. Dispose without <see cref="CompleteAsync"/> aborts it and leaves nothing behind.
/// </summary>
public interface IObjectUpload : IAsyncDisposable
{
    OpenUpload Upload { get; }

    /// <summary>Takes the bytes, in order, from one writer at a time. A write waits while the store is slower than the writer.</summary>
    Stream Body { get; }

    /// <summary>
    /// Sends what is still buffered and waits for it. The object is still invisible, so this is the last safe moment to change one's mind.
    /// </summary>
    Task SealAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes the object visible, whole. Asks the store what happened when the answer is lost. <see cref="SealAsync"/> must
    /// have been called. When this throws or is cancelled, the object may have become visible all the same. Disposing
    /// never deletes it: meanwhile somebody else may have found it and called it a backup. Whoever owns the key decides.
    /// </summary>
    Task<ObjectInfo> CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>What became of an object that was deleted.</summary>
public enum Removal
{
    Freed,

    /// <summary>The bucket keeps old versions and put a marker over this one: it is out of sight and still billed.</summary>
    Hidden,
}

/// <param name="ContentType">Stored with the object; there is never a Content-Encoding, so that a browser keeps a .gz as it is.</param>
/// <param name="ExpectedSize">Bytes that will probably be stored, to choose the size of parts; null when unknown.</param>
/// <param name="MostMemory">Bytes that the upload may hold, whatever its size.</param>
/// <param name="Grow">Asked for so many bytes more where the upload outgrows its expected size; null for as many as it likes.</param>
/// <param name="Sent">Told whenever the connection took so many bytes; bytes that are sent again count again.</param>
public sealed record UploadOptions(
    string ContentType,
    long? ExpectedSize = null,
    long MostMemory = long.MaxValue,
    Func<long, bool>? Grow = null,
    Action<int>? Sent = null);

/// <param name="Id">The store's own upload id.</param>
public sealed record OpenUpload(string Key, string Id, DateTimeOffset? StartedAt = null);

/// <param name="Size">Bytes.</param>
/// <param name="VersionId">Null where the bucket keeps no versions.</param>
/// <param name="Lock">Null where the object is not locked, or the store does not tell.</param>
public sealed record ObjectInfo(string Key, long Size, string? VersionId, DateTimeOffset? ModifiedAt, ObjectLock? Lock = null);

/// <summary>Until when nobody may delete an object.</summary>
/// <param name="Mode">As the store says it: GOVERNANCE or COMPLIANCE.</param>
public sealed record ObjectLock(string Mode, DateTimeOffset? Until);
