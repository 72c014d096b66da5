using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Restores;

/// <summary>The parts of a running restore as the job's row has them.</summary>
internal sealed class PartBook(RestoreTransitions transitions, ClaimedRestore job)
{
    public RestoreParts Parts { get; private set; } = job.Job.Parts!;

    /// <summary>Writes it down, unless somebody asked to cancel: nothing more may be begun then.</summary>
    /// <exception cref="LostRestoreException">Or the job is not this run's any more.</exception>
    public async Task WriteAsync(RestorePart part, CancellationToken cancellationToken)
    {
        if (!await KeepAsync(part, unlessCanceled: true, cancellationToken))
            throw new LostRestoreException();
    }

    /// <summary>Writes down what has happened, also in a restore that is to be canceled.</summary>
    public Task RecordAsync(RestorePart part) => KeepAsync(part, unlessCanceled: false, CancellationToken.None);

    private async Task<bool> KeepAsync(RestorePart part, bool unlessCanceled, CancellationToken cancellationToken)
    {
        var parts = Parts.With(part);
        if (!await transitions.KeepPartsAsync(job.Held, parts, unlessCanceled, cancellationToken))
            return false;
        Parts = parts;
        return true;
    }
}

/// <summary>What a running restore of a whole server gives its engine for one part.</summary>
/// <param name="claim">The job, with the part's dump.</param>
internal sealed class PartSteps(RunSteps steps, PartBook book, ClaimedRestore claim, RestorePart part) : IRestoreSteps
{
    private readonly Lock _lock = new();

    /// <summary>As it was written down last, with what was said since.</summary>
    public RestorePart Part { get; private set; } = part;

    public Task<Stream> OpenDumpAsync(CancellationToken cancellationToken) => steps.OpenDumpAsync(claim, cancellationToken);

    public Task MadeAsync(string database, long oid, CancellationToken cancellationToken) =>
        MarkAsync(Part.Marks with { Made = new(database, oid) }, cancellationToken);

    public Task FillingAsync(string database, long oid, CancellationToken cancellationToken) =>
        MarkAsync(Part.Marks with { Filling = new(database, oid) }, cancellationToken);

    public async Task ClearedAsync(CancellationToken cancellationToken)
    {
        var marks = Part.Marks with { Made = null };
        await book.RecordAsync(Part with { Marks = marks });
        Take(marks);
    }

    /// <summary>A cancel may come later all the same: it is too late for this part only.</summary>
    public async Task SwappingAsync(RestoreSwap swap, CancellationToken cancellationToken)
    {
        await steps.VerifyAsync(cancellationToken);
        await MarkAsync(Part.Marks with { Swap = swap }, cancellationToken);
    }

    public void Began(string toolVersion, string serverVersion) => steps.Began(toolVersion, serverVersion);

    public void Saw(ToolConnection connection) => steps.Saw(connection);

    public void Report(RestoreProgress progress) => steps.Report(progress with
    {
        Item = progress.Item is null ? Part.Name : $"{Part.Name}, {progress.Item}",
    });

    public void Warn(string sentence)
    {
        lock (_lock)
        {
            if (Part.Notes.Count < RunSteps.MostWarnings && !Part.Notes.Contains(sentence))
                Part = Part with { Notes = [.. Part.Notes, sentence] };
        }

        Log($"(BackupApp: {sentence})");
    }

    public void Log(string line) => steps.Log(line);

    private async Task MarkAsync(RestoreMarks marks, CancellationToken cancellationToken)
    {
        await book.WriteAsync(Part with { Marks = marks }, cancellationToken);
        Take(marks);
    }

    // Something may have been said meanwhile.
    private void Take(RestoreMarks marks)
    {
        lock (_lock)
            Part = Part with { Marks = marks };
    }
}
