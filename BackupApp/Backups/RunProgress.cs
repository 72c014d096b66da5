using BackupApp.Backups.Streams;

namespace BackupApp.Backups;

/// <summary>How far a run is. Written by the pipeline, read by the heartbeat on another thread.</summary>
public sealed class RunProgress
{
    private volatile MeasuredStream? _read;
    private volatile MeasuredStream? _stored;
    private volatile string? _toolLog;
    private volatile string? _warning;
    private volatile bool _waitsForMemory;

    public long BytesRead => _read?.BytesWritten ?? 0;

    public long BytesStored => _stored?.BytesWritten ?? 0;

    public bool WaitsForMemory => _waitsForMemory;

    public void WaitForMemory(bool waits) => _waitsForMemory = waits;

    public void Watch(MeasuredStream read, MeasuredStream stored) => (_read, _stored) = (read, stored);

    public void KeepToolLog(string? text) => _toolLog = string.IsNullOrWhiteSpace(text) ? null : text;

    public void Warn(string sentence) => _warning = sentence;

    public RunRecord ToRecord() => new(BytesRead, BytesStored, _toolLog, _warning);
}
