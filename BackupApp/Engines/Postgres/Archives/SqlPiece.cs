using System.Text;
using BackupApp.Engines.Archives;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>
/// A stretch of the SQL that pg_dumpall writes: empty space, a comment or command of one line, or a statement up to its semicolon.
/// </summary>
internal sealed class SqlPiece : IPiece
{
    // A name has 63 bytes, or twice as many when all are quotes; of what is longer than this nothing is needed.
    private const int MostKept = 512;

    private readonly byte[] _kept = new byte[MostKept];
    private int _length;
    private byte _first;
    private byte _quote;

    /// <summary>It is nothing but empty space.</summary>
    public bool IsSpace => IsEmpty(_first);

    /// <summary>Its beginning, without the newline or semicolon at its end.</summary>
    public string Text => Encoding.UTF8.GetString(_kept, 0, _length);

    public SqlPiece Next()
    {
        _length = 0;
        _first = 0;
        _quote = 0;
        return this;
    }

    public bool Take(ref ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var b = bytes[0];
            bytes = bytes[1..];
            if (_first == 0)
            {
                _first = b;
                if (IsSpace)
                    return true;
            }

            if (IsLastOf(b))
                return true;
            if (_length < MostKept)
                _kept[_length++] = b;
        }

        return false;
    }

    // A quote within quotes is doubled, which ends and begins them.
    private bool IsLastOf(byte b)
    {
        if (_first is (byte)'-' or (byte)'\\')
            return b == '\n';
        if (b is (byte)'\'' or (byte)'"' && (_quote == 0 || _quote == b))
            _quote = _quote == 0 ? b : (byte)0;
        return b == ';' && _quote == 0;
    }

    private static bool IsEmpty(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
