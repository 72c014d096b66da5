using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Runs;
using BackupApp.Tools;

namespace BackupApp.Restores;

/// <summary>What a running restore gives its engine: the dump, and a place to write down what must outlive the process.</summary>
internal sealed class RunSteps(
    RestoreTransitions transitions, ClaimedRestore job, RunProgress progress, ObjectStores stores) : IRestoreSteps, IAsyncDisposable
{
    public const int MostWarnings = 500;

    private readonly Lock _lock = new();
    private readonly List<string> _warnings = [];
    private DumpReader? _dump;
    private volatile RestoreProgress? _at;

    public LogTail LogLines { get; } = new();

    /// <summary>What it is at; null before the first word of it.</summary>
    public RestoreProgress? At => _at;

    public RestoreMarks Marks { get; private set; } = new(null, null);

    public string? ToolVersion { get; private set; }

    public string? ServerVersion { get; private set; }

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_lock)
                return [.. _warnings];
        }
    }

    public Task<Stream> OpenDumpAsync(CancellationToken cancellationToken) => OpenDumpAsync(job, cancellationToken);

    /// <summary>The same for one of several parts.</summary>
    public async Task<Stream> OpenDumpAsync(ClaimedRestore part, CancellationToken cancellationToken)
    {
        await ReleaseAsync();
        var dump = _dump = await DumpReader.OpenAsync(stores, part.Destination, part.Artifact, cancellationToken);
        progress.Watch(() => dump.BytesRead, () => dump.BytesRestored);
        return dump;
    }

    public Task MadeAsync(string database, long oid, CancellationToken cancellationToken) =>
        MarkAsync(Marks with { Made = new(database, oid) }, cancellationToken);

    public Task FillingAsync(string database, long oid, CancellationToken cancellationToken) =>
        MarkAsync(Marks with { Filling = new(database, oid) }, cancellationToken);

    /// <summary>What was made is gone again.</summary>
    public async Task ClearedAsync(CancellationToken cancellationToken)
    {
        var marks = Marks with { Made = null };
        await transitions.ClearAsync(job.Held, marks, cancellationToken);
        Marks = marks;
    }

    public async Task SwappingAsync(RestoreSwap swap, CancellationToken cancellationToken)
    {
        await VerifyAsync(cancellationToken);
        var marks = Marks with { Swap = swap };
        if (!await transitions.FenceAsync(job.Held, progress, marks, BackupArtifact.Join(Warnings), cancellationToken))
            throw new LostRestoreException();
        Marks = marks;
    }

    /// <summary>Reads the rest of the dump: a tool that found all it wanted may have stopped before its end.</summary>
    /// <exception cref="DumpReadException">It is not what was stored.</exception>
    public Task VerifyAsync(CancellationToken cancellationToken) => _dump?.VerifyAsync(cancellationToken) ?? Task.CompletedTask;

    public void Began(string toolVersion, string serverVersion) => (ToolVersion, ServerVersion) = (toolVersion, serverVersion);

    public void Saw(ToolConnection connection) => progress.Saw(connection);

    public void Report(RestoreProgress progress) => _at = progress;

    public void Warn(string sentence)
    {
        lock (_lock)
        {
            if (_warnings.Count < MostWarnings && !_warnings.Contains(sentence))
                _warnings.Add(sentence);
        }
    }

    public void Log(string line) => LogLines.Add(line);

    public ValueTask DisposeAsync() => ReleaseAsync();

    private async Task MarkAsync(RestoreMarks marks, CancellationToken cancellationToken)
    {
        if (!await transitions.MarkAsync(job.Held, marks, cancellationToken))
            throw new LostRestoreException();
        Marks = marks;
    }

    private ValueTask ReleaseAsync() => _dump?.ReleaseAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Whether the databases have changed names could not be found out: the job is left to the reaper.</summary>
internal sealed class UndecidedRestoreException(Exception cause) : Exception("What stands on the target could not be found out.", cause);

/// <summary>The job was taken from this execution, or somebody asked to cancel it: nothing more may be done in its name.</summary>
internal sealed class LostRestoreException() : OperationCanceledException("The restore is not this run's any more.");
