using BackupApp.Streams;
using BackupApp.Tools;

namespace BackupApp.Runs;

/// <summary>How far a run is, over all its artifacts. Written by the run, read by the heartbeat on another thread.</summary>
public sealed class RunProgress
{
    private const int MaxLogCharacters = 64 * 1024;
    private const int MaxWarnings = 10;

    private readonly Lock _lock = new();
    private readonly List<string> _warnings = [];
    private Func<long>? _read;
    private Func<long>? _stored;
    private long _readBefore;
    private long _storedBefore;
    private string _toolLog = "";
    private ToolConnection? _connection;
    private Func<RunStep?>? _step;
    private Func<string>? _said;
    private string? _heading;
    private string _shownLog = "";
    private volatile bool _waitsForMemory;
    private volatile bool _owesManifests;

    public long BytesRead
    {
        get
        {
            lock (_lock)
                return _readBefore + (_read?.Invoke() ?? 0);
        }
    }

    public long BytesStored
    {
        get
        {
            lock (_lock)
                return _storedBefore + (_stored?.Invoke() ?? 0);
        }
    }

    /// <summary>What it is at; null where that is not known.</summary>
    public RunStep? Step
    {
        get
        {
            lock (_lock)
                return _step?.Invoke();
        }
    }

    public bool WaitsForMemory => _waitsForMemory;

    public void WaitForMemory(bool waits) => _waitsForMemory = waits;

    /// <summary>Counts these bytes too.</summary>
    /// <param name="step">What the run is at while they are written.</param>
    public void Watch(MeasuredStream read, MeasuredStream stored, Func<RunStep?>? step = null) =>
        Watch(() => read.BytesWritten, () => stored.BytesWritten, step);

    /// <summary>The same, for what is counted otherwise; each is asked from another thread.</summary>
    public void Watch(Func<long> read, Func<long> stored, Func<RunStep?>? step = null)
    {
        lock (_lock)
            (_read, _stored, _step) = (read, stored, step);
    }

    /// <summary>The artifact is stored: its bytes stay counted while the next is watched.</summary>
    public void Keep()
    {
        lock (_lock)
            (_readBefore, _storedBefore, _read, _stored, _step) = (
                _readBefore + (_read?.Invoke() ?? 0), _storedBefore + (_stored?.Invoke() ?? 0), null, null, null);
    }

    /// <summary>Nothing of the artifact was kept: neither are its bytes.</summary>
    public void Drop()
    {
        lock (_lock)
            (_read, _stored, _step) = (null, null, null);
    }

    /// <summary>What a tool says while it runs shows in <see cref="TakeNewLog"/>, until its log is added.</summary>
    /// <param name="heading">Null where there is only one tool's log.</param>
    /// <param name="said">Asked from another thread.</param>
    public void Listen(string? heading, Func<string> said)
    {
        lock (_lock)
            (_heading, _said) = (heading, said);
    }

    /// <param name="heading">Null where there is only one tool's log.</param>
    public void AddToolLog(string? heading, string text)
    {
        lock (_lock)
            (_toolLog, _said) = (With(heading, text), null);
    }

    /// <summary>The log as far as it has come, where that is further than the last time; else null.</summary>
    public string? TakeNewLog()
    {
        lock (_lock)
        {
            var log = _said is null ? _toolLog : With(_heading, _said());
            if (log == _shownLog)
                return null;
            return _shownLog = log;
        }
    }

    private string With(string? heading, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return _toolLog;
        var log = $"{_toolLog}{(_toolLog.Length > 0 ? "\n\n" : "")}{(heading is null ? "" : $"{heading}:\n")}{text}";
        return log.Length <= MaxLogCharacters ? log : log[^MaxLogCharacters..];
    }

    public void Warn(string sentence)
    {
        lock (_lock)
        {
            if (_warnings.Count < MaxWarnings && !_warnings.Contains(sentence))
                _warnings.Add(sentence);
        }
    }

    /// <summary>Of several tools the weakest connection counts.</summary>
    public void Saw(ToolConnection connection)
    {
        lock (_lock)
            _connection = ToolConnection.Weaker(_connection, connection);
    }

    /// <summary>The backup is stored, but not all that describes it beside it: that is written later.</summary>
    public void OweManifest(string sentence)
    {
        _owesManifests = true;
        Warn(sentence);
    }

    public RunRecord ToRecord()
    {
        lock (_lock)
        {
            var (log, warnings) = (_toolLog.Length == 0 ? null : _toolLog, _warnings.Count == 0 ? null : string.Join(' ', _warnings));
            return new(BytesRead, BytesStored, log, warnings, _owesManifests) { Connection = _connection };
        }
    }
}
