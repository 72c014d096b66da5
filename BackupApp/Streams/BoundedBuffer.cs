namespace BackupApp.Streams;

/// <summary>A stream over a fixed buffer that notices, rather than throws, when more is written than fits.</summary>
internal sealed class BoundedBuffer(Memory<byte> buffer) : WriteOnlyStream
{
    public int Count { get; private set; }

    public bool Overflowed { get; private set; }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        Overflowed |= bytes.Length > buffer.Length - Count;
        if (Overflowed)
            return;

        bytes.CopyTo(buffer.Span[Count..]);
        Count += bytes.Length;
    }

    public override void Flush()
    {
    }
}
