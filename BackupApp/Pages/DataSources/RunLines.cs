using BackupApp.Data;
using BackupApp.History;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>One run in a source's own history.</summary>
/// <param name="RowsDelta">More or fewer rows than in the good backup before it on the page; null where that is not known.</param>
/// <param name="Warnings">About what it holds, that nobody has looked at.</param>
public sealed record RunLine(JobRow Job, long? RowsDelta, int Warnings)
{
    /// <summary>It is there, and holds what it should as far as anybody knows.</summary>
    public bool CanRestore => Job.CanDownload && Job.StoredArtifacts > 0;
}

/// <summary>Reads what a source's history shows beside each run: one look-up for all of a page.</summary>
public static class RunLines
{
    public static async Task<IReadOnlyList<RunLine>> OfAsync(
        AppDbContext db, JobChanges changes, IReadOnlyList<JobRow> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Select(j => j.Id).ToList();
        var read = await db.Set<KeptInventory>().Where(i => ids.Contains(i.JobId))
            .GroupBy(i => i.JobId)
            .Select(g => new { g.Key, Rows = g.Sum(i => i.Rows), Unread = g.Count(i => i.NotRead != null) })
            .ToListAsync(cancellationToken);
        var rows = read.Where(r => r.Unread == 0).ToDictionary(r => r.Key, r => r.Rows);
        return Of(jobs, rows, await changes.OpenWarningsAsync(ids, cancellationToken));
    }

    /// <summary>Pure.</summary>
    /// <param name="jobs">Newest first.</param>
    /// <param name="rows">Of the jobs whose contents were read as a whole.</param>
    /// <param name="warnings">Of the jobs that have some.</param>
    public static IReadOnlyList<RunLine> Of(
        IReadOnlyList<JobRow> jobs, IReadOnlyDictionary<Guid, long> rows, IReadOnlyDictionary<Guid, int> warnings)
    {
        var lines = new List<RunLine>();
        long? before = null;
        foreach (var job in jobs.Reverse())
        {
            // A part that failed is missing in the sum.
            var now = job.Status == RunStatus.Success && rows.TryGetValue(job.Id, out var known) ? known : (long?)null;
            lines.Add(new(job, now - before, warnings.GetValueOrDefault(job.Id)));
            before = now ?? before;
        }

        lines.Reverse();
        return lines;
    }
}
