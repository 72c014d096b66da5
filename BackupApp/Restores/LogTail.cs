using System.Text;

namespace BackupApp.Restores;

/// <summary>The last lines of a restore's log. Any thread may write and read.</summary>
internal sealed class LogTail
{
    private const int MostCharacters = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private bool _isNew;

    public void Add(string line)
    {
        lock (_lock)
        {
            _isNew = true;
            // NUL is the one character that the database does not take.
            _text.Append(line.Replace('\0', ' ')).Append('\n');
            if (_text.Length > 2 * MostCharacters)
                _text.Remove(0, _text.Length - MostCharacters);
        }
    }

    /// <summary>Null when nothing was said since the last time.</summary>
    public string? ReadNew()
    {
        lock (_lock)
        {
            var isNew = _isNew;
            _isNew = false;
            return isNew ? Read() : null;
        }
    }

    /// <summary>Null when nothing was said.</summary>
    public string? Read()
    {
        lock (_lock)
        {
            var from = Math.Max(0, _text.Length - MostCharacters);
            return _text.Length == 0 ? null : _text.ToString(from, _text.Length - from).TrimEnd('\n');
        }
    }
}
