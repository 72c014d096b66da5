namespace BackupApp.Engines.Archives;

/// <summary>
/// Something that a format's reader waits for: a number, a text, the rows of a table. A format is written as an iterator over its pieces,
/// one after the other as in its description; where the input's blocks end is the pieces' concern only.
/// </summary>
internal interface IPiece
{
    /// <summary>
    /// Takes what it needs off the front of <paramref name="bytes"/>: true when it is complete, false when all were taken and more are
    /// needed.
    /// </summary>
    bool Take(ref ReadOnlySpan<byte> bytes);
}

/// <summary>A few bytes as they are.</summary>
/// <param name="most">The largest count that is ever asked for.</param>
internal sealed class FixedBytes(int most) : IPiece
{
    private readonly byte[] _bytes = new byte[most];
    private int _count;
    private int _have;

    /// <summary>Whether some have come, and not all.</summary>
    public bool IsBegun => _have > 0 && _have < _count;

    public ReadOnlySpan<byte> Value => _bytes.AsSpan(0, _count);

    /// <param name="count">From 1.</param>
    public FixedBytes Next(int count)
    {
        _count = count;
        _have = 0;
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(_count - _have, bytes.Length);
        bytes[..taken].CopyTo(_bytes.AsSpan(_have));
        bytes = bytes[taken..];
        _have += taken;
        return _have == _count;
    }
}
