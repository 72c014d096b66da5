using BackupApp.Backups;
using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Runs;

namespace BackupApp.Pages.Jobs;

public enum StepState
{
    Done,
    Current,
    Failed,
    Stopped,
}

/// <summary>One stage of a run.</summary>
/// <param name="At">When it began; null where only its order is known.</param>
/// <param name="Took">Null where it is not known, or not over.</param>
/// <param name="Note">Empty for none.</param>
public sealed record TimelineStep(string Title, StepState State, DateTimeOffset? At, TimeSpan? Took, string Note = "");

/// <summary>
/// The stages of a run, as far as its record knows them: it keeps the moments of the queue, of the start, of each artifact's seal and
/// completion, and of the end. Pure.
/// </summary>
public static class JobTimeline
{
    public static IReadOnlyList<TimelineStep> Of(BackupJob job)
    {
        var steps = new List<TimelineStep> { Queued(job) };
        if (job.StartedAt is { } started)
        {
            steps.Add(Connect(job, started));
            if (job.ServerVersion is not null || job.Artifacts.Exists(a => a.Copy.SealedAt is not null))
                steps.AddRange(Parts(job, started));
            // Between two parts, and before the first is planned.
            if (job.Status == RunStatus.Running && !steps.Exists(s => s.State == StepState.Current))
                steps.Add(new("Dump and store", StepState.Current, null, null));
        }

        if (job.FinishedAt is { } finished)
            steps.Add(End(job, finished));
        return steps;
    }

    private static TimelineStep Queued(BackupJob job)
    {
        var who = job.RequestedBy is { } person ? $"by {person}" : job.Trigger == BackupTrigger.Manual ? "by hand" : "on schedule";
        return job switch
        {
            { StartedAt: { } started } => new("Queued", StepState.Done, job.CreatedAt, started - job.CreatedAt, who),
            { Status: RunStatus.Queued, ParkedAt: not null } => new(
                "Queued", StepState.Current, job.CreatedAt, null, $"{who}; it waits for a place and goes on by itself"),
            { Status: RunStatus.Queued } => new("Queued", StepState.Current, job.CreatedAt, null, who),
            _ => new("Queued", StepState.Stopped, job.CreatedAt, job.FinishedAt - job.CreatedAt, who),
        };
    }

    private static TimelineStep Connect(BackupJob job, DateTimeOffset started)
    {
        if (job.ServerVersion is { } version)
            return new("Connect", StepState.Done, started, null, $"to a server of version {version}, by {job.WorkerName}");
        var state = job.Status == RunStatus.Running ? StepState.Current : StateOfEnd(job);
        return new("Connect", state, started, job.FinishedAt - started, $"by {job.WorkerName}");
    }

    // They come one after the other, so that each begins where the one before was complete. When one failed nobody noted: what comes
    // after it has no known begin.
    private static IEnumerable<TimelineStep> Parts(BackupJob job, DateTimeOffset started)
    {
        DateTimeOffset? begin = started;
        var several = job.Artifacts.Count > 1;
        foreach (var artifact in job.Artifacts.OrderBy(a => a.Position))
        {
            var name = artifact.Kind == Engines.ArtifactKind.Globals ? "roles and tablespaces" : artifact.ShownDatabase;
            var dump = several ? $"Dump and store {name}" : "Dump and store";
            switch (artifact)
            {
                case { Copy: { SealedAt: { } sealedAt, StoredAt: { } storedAt } }:
                    yield return new(dump, StepState.Done, begin, sealedAt - begin, Sizes(artifact));
                    if (!several)
                        yield return new(
                            "Complete", StepState.Done, sealedAt, storedAt - sealedAt, "object, contents and manifest written");
                    begin = storedAt;
                    break;
                case { Status: ArtifactStatus.Running, Copy.SealedAt: { } sealedAt } when job.IsActive:
                    yield return new(dump, StepState.Done, begin, sealedAt - begin, Sizes(artifact));
                    yield return new("Complete", StepState.Current, sealedAt, null);
                    break;
                case { Status: ArtifactStatus.Running } when job.IsActive:
                    yield return new(dump, StepState.Current, begin, null);
                    break;
                case { Status: ArtifactStatus.Failed }:
                    var last = artifact.Position == job.Artifacts.Max(a => a.Position);
                    yield return new(
                        dump, StepState.Failed, several ? begin : null, last ? job.FinishedAt - begin : null, Words(artifact.ErrorStage));
                    begin = null;
                    break;
                case { Status: ArtifactStatus.Canceled }:
                    yield return new(dump, StepState.Stopped, null, null);
                    begin = null;
                    break;
            }
        }
    }

    private static TimelineStep End(BackupJob job, DateTimeOffset finished) => new(
        job.Status switch
        {
            RunStatus.Success => "Finished",
            RunStatus.Partial => "Finished in part",
            RunStatus.Canceled => "Canceled",
            _ => "Failed",
        },
        StateOfEnd(job),
        finished,
        null,
        job.StartedAt is { } started ? $"{Quantity.Duration(finished - started)} after the start" : "before it had started");

    private static StepState StateOfEnd(BackupJob job) => job.Status switch
    {
        RunStatus.Failed => StepState.Failed,
        RunStatus.Canceled => StepState.Stopped,
        _ => StepState.Done,
    };

    private static string Sizes(BackupArtifact artifact) => artifact is { BytesRead: { } read, Size: { } size }
        ? $"{Quantity.Bytes(read)} read, {Quantity.Bytes(size)} stored"
        : "";

    /// <summary>Where it failed, as after "It failed"; empty where that is not known.</summary>
    public static string Words(RunStage? stage) => stage switch
    {
        null => "",
        RunStage.Connect => "at the login",
        RunStage.Store => "at the destination",
        RunStage.Worker => "in the worker",
        _ => "in the dump",
    };
}
