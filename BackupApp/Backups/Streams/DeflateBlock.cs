using System.Buffers.Binary;
using System.IO.Compression;

namespace BackupApp.Backups.Streams;

/// <summary>
/// A piece of the input on its way through <see cref="ParallelGzipStream"/>. Compressed by itself and ended by a sync flush, which puts
/// its last bit on a byte boundary, so that pieces made on different cores join into one deflate stream.
/// </summary>
internal sealed class DeflateBlock
{
    /// <summary>
    /// Input bytes of a full block: as many as still fit a pooled 1 MiB buffer when they have to be stored uncompressed. Smaller blocks
    /// compress worse, larger ones bring nothing and hold more memory.
    /// </summary>
    public const int Capacity = BufferSize - (StoredHeader * ((BufferSize / MaxStored) + 1));

    private const int BufferSize = 1 << 20;
    private const int StoredHeader = 5;
    private const int MaxStored = ushort.MaxValue;

    // Not from the shared pool, which keeps some for each thread that ever returned one: a stream uses its own blocks again and again.
    private readonly byte[] _input = GC.AllocateUninitializedArray<byte>(BufferSize);
    private readonly byte[] _output = GC.AllocateUninitializedArray<byte>(BufferSize);
    private TaskCompletionSource _compressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outputLength;

    public int Length { get; private set; }

    public bool IsFull => Length == Capacity;

    public ReadOnlySpan<byte> Input => _input.AsSpan(0, Length);

    /// <summary>Completes when <see cref="Output"/> is ready.</summary>
    public Task Compressed => _compressed.Task;

    public ReadOnlyMemory<byte> Output => _output.AsMemory(0, _outputLength);

    /// <summary>Takes as much of <paramref name="bytes"/> as fits and returns how much that was.</summary>
    public int Fill(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Capacity - Length);
        bytes[..count].CopyTo(_input.AsSpan(Length));
        Length += count;
        return count;
    }

    /// <param name="level">zlib's 1–9; 0 stores. Input that would grow is stored as well, so that no block grows by more than 0.01 %.</param>
    public void Compress(int level)
    {
        if (level == 0 || !TryDeflate(level))
            Store();
        _compressed.SetResult();
    }

    /// <summary>Makes it empty again. Only when nobody can still be reading it.</summary>
    public void Reset()
    {
        Length = 0;
        _outputLength = 0;
        _compressed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private bool TryDeflate(int level)
    {
        var target = new BoundedBuffer(_output.AsMemory(0, BufferSize));
        using var deflate = new DeflateStream(target, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
        deflate.Write(Input);
        deflate.Flush();

        // Dispose will add the final block of a complete stream. That is not wanted here, so the length is taken before.
        _outputLength = target.Count;
        return !target.Overflowed;
    }

    private void Store()
    {
        _outputLength = 0;
        for (var rest = Input; !rest.IsEmpty;)
        {
            var part = rest[..Math.Min(rest.Length, MaxStored)];
            var target = _output.AsSpan(_outputLength);
            target[0] = 0;
            BinaryPrimitives.WriteUInt16LittleEndian(target[1..], (ushort)part.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(target[3..], (ushort)~part.Length);
            part.CopyTo(target[StoredHeader..]);
            _outputLength += StoredHeader + part.Length;
            rest = rest[part.Length..];
        }
    }
}
