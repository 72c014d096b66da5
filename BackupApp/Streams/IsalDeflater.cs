using System.Runtime.InteropServices;

namespace BackupApp.Streams;

/// <summary>Levels 1 to 3 of <see cref="Isal"/>. What the library works in is one pooled buffer, so that jobs leave no garbage.</summary>
internal sealed class IsalDeflater : Deflater
{
    // The library's structure has 82 KB in its version 2.30; what it wants for a level is at most 610 KB.
    private const int StreamSize = 256 << 10;
    private const int LevelBufferSize = 640 << 10;
    private const int Alignment = 64;

    private readonly int _level;
    private readonly byte[] _memory = SharedBuffers.Shared.Rent(DeflateBlock.BufferSize);
    private readonly GCHandle _pin;
    private readonly nint _stream;

    public IsalDeflater(int level)
    {
        _level = level;
        _pin = GCHandle.Alloc(_memory, GCHandleType.Pinned);
        _stream = (_pin.AddrOfPinnedObject() + Alignment - 1) & -Alignment;
    }

    public override int? Deflate(byte[] input, int length, byte[] output)
    {
        var (pinnedInput, pinnedOutput) = (GCHandle.Alloc(input, GCHandleType.Pinned), GCHandle.Alloc(output, GCHandleType.Pinned));
        try
        {
            return Deflate(pinnedInput.AddrOfPinnedObject(), length, pinnedOutput.AddrOfPinnedObject(), output.Length);
        }
        finally
        {
            pinnedInput.Free();
            pinnedOutput.Free();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _pin.IsAllocated)
        {
            _pin.Free();
            SharedBuffers.Shared.Return(_memory);
        }

        base.Dispose(disposing);
    }

    private int? Deflate(nint input, int length, nint output, int room)
    {
        Isal.InitStateless(_stream);
        var stream = Marshal.PtrToStructure<IsalStream>(_stream); // The tables that the library chose stay.
        (stream.NextIn, stream.AvailableIn) = (input, (uint)length);
        (stream.NextOut, stream.AvailableOut) = (output, (uint)room);
        (stream.Level, stream.LevelBuffer, stream.LevelBufferSize) = ((uint)_level, _stream + StreamSize, LevelBufferSize);
        stream.Flush = Isal.FullFlush;
        Marshal.StructureToPtr(stream, _stream, fDeleteOld: false);

        var result = Isal.DeflateStateless(_stream);
        stream = Marshal.PtrToStructure<IsalStream>(_stream);
        return result switch
        {
            Isal.Ok when stream.AvailableIn == 0 => (int)stream.TotalOut,
            Isal.Ok or Isal.Overflow => null,
            _ => throw new InvalidOperationException($"ISA-L refused a block of {length} bytes at level {_level}: {result}."),
        };
    }
}
