using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Restores;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Restores that ended, well or not. One that somebody canceled is no news to them.</summary>
public sealed class RestoreHappenings(AppDbContext db) : IHappeningFinder
{
    private static readonly RunStatus[] Ends = [RunStatus.Success, RunStatus.Partial, RunStatus.Failed];

    public async Task<IReadOnlyList<Trouble>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var ended = await (
            from job in db.Set<RestoreJob>().AsNoTracking()
            join source in db.Set<DataSource>() on job.DataSourceId equals source.Id into sources
            from source in sources.DefaultIfEmpty()
            where job.Trigger == RestoreTrigger.Manual && job.FinishedAt > since && Ends.Contains(job.Status)
            select new { Job = job, Source = (DataSource?)source }).ToListAsync(cancellationToken);
        return [.. ended.Select(e => Of(e.Job, e.Source))];
    }

    private static Trouble Of(RestoreJob job, DataSource? source) => new(
        $"restore/{job.Id}", source?.Name ?? job.DataSourceName,
        job.Status == RunStatus.Success ? IncidentKind.RestoreEnded : IncidentKind.RestoreFailed, $"restore/{job.Id}", Sentence(job),
        job.Status == RunStatus.Success ? ProtectionAction.None : ProtectionAction.SeeRestore, job.Id, source?.Id, source?.Environment)
    {
        Labels = source is null ? [] : [.. source.Labels.Pairs],
        Environments = source is null ? [] : [source.Environment],
        At = job.FinishedAt,
    };

    private static string Sentence(RestoreJob job)
    {
        var what = $"{job.BackupDatabase} of {Ages.Moment(job.BackupTakenAt)}";
        var where = $"{job.TargetDatabase} at {job.TargetHost}:{job.TargetPort}";
        var who = job.RequestedBy is { } name ? $", asked for by {name}" : "";
        var took = job.Duration is { } duration ? $" It took {Ages.Words(duration)}." : "";
        return job.Status switch
        {
            RunStatus.Success => $"{what} was restored to {where}{who}.{took}",
            RunStatus.Partial =>
                $"Only a part of {what} was restored to {where}{who}: {job.AllNotes.Count} notes say what is missing.{took}",
            _ => $"{what} could not be restored to {where}{who}: {job.ErrorSummary}",
        };
    }
}
