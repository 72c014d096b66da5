using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Streams;

namespace BackupApp.Restores;

/// <summary>
/// A stored dump on its way to the tool: from its store, held against its SHA-256, decompressed, without a file in between.
/// Whatever goes wrong with it is a <see cref="DumpReadException"/>, so that nobody takes it for a fault of the tool or of the
/// target.
/// </summary>
internal sealed class DumpReader(VerifiedStream stored, Stream content, long size) : ReadOnlyStream
{
    // The rest behind what the tool wanted is only looked at.
    private const int Scratch = 128 * 1024;

    private long _restored;
    private bool _closed;

    /// <summary>Bytes of the stored object so far; any thread may ask.</summary>
    public long BytesRead => stored.BytesRead;

    /// <summary>Bytes of the dump so far; any thread may ask.</summary>
    public long BytesRestored => Interlocked.Read(ref _restored);

    /// <summary>It was read to its end, and is what was stored.</summary>
    public bool IsVerified => stored.BytesRead == size;

    public static async Task<DumpReader> OpenAsync(
        ObjectStores stores, StorageDestination destination, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            var verified = await StoredContent.OpenVerifiedAsync(stores, destination, artifact, cancellationToken);
            return new(verified, artifact.Form.Read(verified), artifact.Size ?? 0);
        }
        catch (StoreException e)
        {
            throw DumpReadException.Of(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            var count = await content.ReadAsync(buffer, cancellationToken);
            Interlocked.Add(ref _restored, count);
            return count;
        }
        catch (Exception e) when (e is StoreException or InvalidDataException)
        {
            throw DumpReadException.Of(e);
        }
    }

    /// <summary>Reads what the tool did not want, so that the whole object was looked at.</summary>
    /// <exception cref="DumpReadException">It is not what was stored.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var scratch = new byte[Scratch];
        try
        {
            while (!IsVerified && await stored.ReadAsync(scratch, cancellationToken) > 0)
                continue;
        }
        catch (Exception e) when (e is StoreException or InvalidDataException)
        {
            throw DumpReadException.Of(e);
        }
    }

    /// <summary>The store stays open behind it until <see cref="ReleaseAsync"/>: its rest may yet have to be verified.</summary>
    protected override void Dispose(bool disposing)
    {
        _closed = true;
        base.Dispose(disposing);
    }

    public ValueTask ReleaseAsync() => content.DisposeAsync();
}

/// <summary>The stored backup could not be read, or is not what was stored.</summary>
public sealed class DumpReadException(string code, string message, Exception inner) : StagedException(RunStage.Read, message, inner)
{
    /// <summary>The object is there, and is not what was stored.</summary>
    public const string Damaged = "object_damaged";

    public override string FailureCode => code;

    internal static DumpReadException Of(Exception exception) => exception is StoreException e
        ? new(e.Error.ToSnakeCase(), $"The stored backup could not be read: {e.Message}", e)
        : new(Damaged, $"{exception.Message} Restore another backup.", exception);
}
