using System.Buffers.Binary;

namespace BackupApp.Streams;

/// <summary>
/// A piece of the input on its way through a <see cref="BlockStream"/>. Compressed by itself and ended by a sync flush, which puts
/// its last bit on a byte boundary, so that pieces made on different cores join into one deflate stream.
/// </summary>
internal sealed class DeflateBlock
{
    /// <summary>
    /// Input bytes of a full block: as many as still fit a pooled 1 MiB buffer when they have to be stored uncompressed. Smaller blocks
    /// compress worse, larger ones bring nothing and hold more memory.
    /// </summary>
    public const int Capacity = BufferSize - (StoredHeader * ((BufferSize / MaxStored) + 1));

    public const int BufferSize = 1 << 20;

    private const int StoredHeader = 5;
    private const int MaxStored = ushort.MaxValue;

    private readonly byte[] _input = SharedBuffers.Shared.Rent(BufferSize);
    private byte[]? _compressed;
    private bool _released;
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Length { get; private set; }

    public bool IsFull => Length == Capacity;

    public ReadOnlySpan<byte> Input => _input.AsSpan(0, Length);

    /// <summary>Completes when <see cref="Output"/> is ready.</summary>
    public Task Ready => _ready.Task;

    public ReadOnlyMemory<byte> Output { get; private set; }

    /// <summary>Takes as much of <paramref name="bytes"/> as fits and returns how much that was.</summary>
    public int Fill(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Capacity - Length);
        bytes[..count].CopyTo(_input.AsSpan(Length));
        Length += count;
        return count;
    }

    /// <param name="deflater">Null stores. Input that would grow is stored as well, so that no block grows by more than 0.01 %.</param>
    public void Compress(Deflater? deflater)
    {
        _compressed ??= SharedBuffers.Shared.Rent(BufferSize);
        var length = deflater?.Deflate(_input, Length, _compressed) ?? Store(_compressed);
        Output = _compressed.AsMemory(0, length);
        _ready.SetResult();
    }

    /// <summary>The output is the input, not compressed.</summary>
    public void Pass()
    {
        Output = _input.AsMemory(0, Length);
        _ready.SetResult();
    }

    /// <summary>Makes it empty again. Only when nobody can still be reading it.</summary>
    public void Reset()
    {
        Length = 0;
        Output = default;
        _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Gives its memory to other blocks; it is not used any more. Only when nobody can still be reading it.</summary>
    public void Release()
    {
        _released = true;
        SharedBuffers.Shared.Return(_input);
        if (_compressed is not null)
            SharedBuffers.Shared.Return(_compressed);
    }

    /// <summary>Leaves its memory to the garbage collector, unless it was released.</summary>
    public void Abandon()
    {
        if (!_released)
            SharedBuffers.Shared.Forget(_compressed is null ? BufferSize : 2 * BufferSize);
    }

    private int Store(byte[] output)
    {
        var length = 0;
        for (var rest = Input; !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(rest.Length, MaxStored)];
            var target = output.AsSpan(length);
            target[0] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)part.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)~part.Length);
            part.CopyTo(target[StoredHeader..]);
            length += StoredHeader + part.Length;
            rest = rest[part.Length..];
        }

        return length;
    }
}
