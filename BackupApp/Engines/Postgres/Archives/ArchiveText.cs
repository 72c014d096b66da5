using System.Text;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>A text as pg_dump writes it: its length (-1: none) and its bytes, of which no more are kept than asked for.</summary>
internal sealed class ArchiveText : IPiece
{
    private const int FirstBuffer = 512;

    private readonly ArchiveInt _length = new();
    private byte[] _buffer = new byte[FirstBuffer];
    private int _most;
    private int _kept;
    private int _left;
    private bool _hasLength;

    public bool IsNull { get; private set; }

    /// <summary>What was kept of it, without what is beyond the limit.</summary>
    public ReadOnlySpan<byte> Kept => _buffer.AsSpan(0, _kept);

    /// <param name="most">Bytes; what is longer is cut.</param>
    public ArchiveText Next(int most)
    {
        _most = most;
        _kept = 0;
        _hasLength = false;
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        if (!_hasLength && !TakeLength(ref bytes))
            return false;

        var here = bytes[..Math.Min(_left, bytes.Length)];
        Keep(here[..Math.Min(here.Length, _most - _kept)]);
        bytes = bytes[here.Length..];
        _left -= here.Length;
        return _left == 0;
    }

    public string? ToText(Encoding encoding) => IsNull ? null : encoding.GetString(Kept);

    private bool TakeLength(ref ReadOnlySpan<byte> bytes)
    {
        if (!_length.Take(ref bytes))
            return false;
        if (_length.Value < -1)
            throw new DamagedArchiveException("A text has no length.");
        IsNull = _length.Value < 0;
        _left = Math.Max(_length.Value, 0);
        return _hasLength = true;
    }

    // The buffer grows with what came, never with what was promised.
    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_kept + bytes.Length > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _kept + bytes.Length));
        bytes.CopyTo(_buffer.AsSpan(_kept));
        _kept += bytes.Length;
    }
}
