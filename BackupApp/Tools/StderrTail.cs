using System.Text;

namespace BackupApp.Tools;

/// <summary>
/// The end of what a tool said on standard error: its last 200 lines, 64 K characters at most, without secrets and control characters. One
/// thread appends, any thread reads.
/// </summary>
/// <param name="listener">Hears every line on the thread that appends.</param>
internal sealed class StderrTail(IEnumerable<string> secrets, IToolListener? listener = null)
{
    private const int MaxLines = 200;
    private const int MaxCharacters = 64 * 1024;
    private const int MaxLineCharacters = 2_000;
    private const int MaxLineBytes = 4 * 1024;
    private const int ShortestBar = 20;

    private readonly SecretScrubber _scrubber = new(secrets);
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();
    private readonly List<byte> _line = [];
    private int _characters;
    private bool _lineIsCut;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines];
        }
    }

    public override string ToString() => string.Join('\n', Lines);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        for (var end = bytes.IndexOfAny((byte)'\n', (byte)'\r'); end >= 0; end = bytes.IndexOfAny((byte)'\n', (byte)'\r'))
        {
            Extend(bytes[..end]);
            EndLine();
            bytes = bytes[(end + 1)..];
        }

        Extend(bytes);
    }

    /// <summary>Takes what came without a line end. Call it once the tool has closed its standard error.</summary>
    public void Complete() => EndLine();

    private void Extend(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(bytes.Length, MaxLineBytes - _line.Count);
        _line.AddRange(bytes[..room]);
        _lineIsCut |= room < bytes.Length;
    }

    private void EndLine()
    {
        if (_line.Count == 0)
            return;
        var line = _scrubber.Scrub(Encoding.UTF8.GetString([.. _line]));

        // Half of a secret may stand where the line was cut, and half a secret is not recognised.
        if (_lineIsCut)
            line = line[..Math.Max(0, line.Length - _scrubber.LongestSpelling)];
        _line.Clear();
        _lineIsCut = false;

        line = new string([.. line.Take(MaxLineCharacters).Where(c => c == '\t' || !char.IsControl(c))]).TrimEnd();
        if (line.Length == 0 || HasProgressBar(line))
            return;
        Add(line);
        listener?.Hear(line);
    }

    private void Add(string line)
    {
        lock (_lock)
        {
            _lines.Enqueue(line);
            _characters += line.Length + 1;
            while (_lines.Count > MaxLines || _characters > MaxCharacters)
                _characters -= _lines.Dequeue().Length + 1;
        }
    }

    // "[####....]": mongodump draws one every few seconds, for hours, and what it says at last would be lost among them.
    private static bool HasProgressBar(ReadOnlySpan<char> line)
    {
        for (var open = line.IndexOf('['); open >= 0; open = line.IndexOf('['))
        {
            line = line[(open + 1)..];
            var length = line.IndexOfAnyExcept('#', '.') is var end and >= 0 ? end : line.Length;
            if (length >= ShortestBar && length < line.Length && line[length] == ']')
                return true;
        }

        return false;
    }
}
