using BackupApp.Inventories;
using BackupApp.Streams;

namespace BackupApp.Backups;

/// <summary>
/// Shows a reader what passes on its way to the compression. The reader looks on: whatever it throws, and however slow it is, the bytes go
/// on as they came.
/// </summary>
/// <param name="inner">Where the bytes go.</param>
/// <param name="reader">It has seen nothing yet.</param>
public sealed class ContentsTap(Stream inner, IArchiveReader reader, TimeProvider time) : WriteOnlyStream
{
    // A reader takes some 1,000 MB/s. One that falls far below is in something that it was not made for, and would hold up the dump.
    private const double LeastBytesPerSecond = 10_000_000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private ArchiveReading.NotRead? _givenUp;
    private TimeSpan _spent;
    private long _seen;

    /// <summary>What the reader is at; null before the first table and after it was given up. Any thread may ask.</summary>
    public ArchiveProgress? Progress => Volatile.Read(ref _givenUp) is null ? reader.Progress : null;

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        if (_givenUp is null)
            Show(buffer);
    }

    public override void Flush() => inner.Flush();

    /// <summary>What has passed, now that nothing more comes. Never throws.</summary>
    public ArchiveReading Complete()
    {
        try
        {
            return _givenUp ?? reader.Complete();
        }
        catch (Exception e)
        {
            return Failed(e);
        }
    }

    private void Show(ReadOnlySpan<byte> buffer)
    {
        var since = time.GetTimestamp();
        try
        {
            reader.Write(buffer);
        }
        catch (Exception e)
        {
            Volatile.Write(ref _givenUp, Failed(e));
        }

        _spent += time.GetElapsedTime(since);
        _seen += buffer.Length;
        if (_spent > Grace + TimeSpan.FromSeconds(_seen / LeastBytesPerSecond))
            Volatile.Write(ref _givenUp, new("It could not be read as fast as it came."));
    }

    // Not its message, which could hold data.
    private static ArchiveReading.NotRead Failed(Exception e) => new($"The reader failed: {e.GetType().Name}.");
}
