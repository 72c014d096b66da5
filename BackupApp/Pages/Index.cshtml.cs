using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.History;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages;

/// <summary>"Did a backup run yesterday?", at one look.</summary>
public sealed class IndexModel(AppDbContext db, JobHistory history, TimeProvider time) : PageModel
{
    private const int Shown = 8;

    public int Sources { get; private set; }

    public int NeverBackedUp { get; private set; }

    public int GoodToday { get; private set; }

    public int FailedToday { get; private set; }

    public long StoredBytes { get; private set; }

    public IReadOnlyList<Attention> Attentions { get; private set; } = [];

    public JobPage Jobs { get; private set; } = new([], null, null);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var jobs = db.Set<BackupJob>();
        var since = time.GetUtcNow().AddDays(-1);
        Sources = await db.Set<DataSource>().CountAsync(cancellationToken);
        NeverBackedUp = await db.Set<DataSource>()
            .CountAsync(s => !jobs.Any(j => j.DataSourceId == s.Id && j.Status == RunStatus.Success), cancellationToken);
        GoodToday = await jobs.CountAsync(j => j.CreatedAt >= since && j.Status == RunStatus.Success, cancellationToken);
        FailedToday = await jobs.CountAsync(j => j.CreatedAt >= since && j.Status == RunStatus.Failed, cancellationToken);
        StoredBytes = await db.Set<BackupArtifact>()
            .Where(a => a.Copy.StoredAt != null && jobs.Any(j => j.Id == a.JobId && j.DeletedAt == null))
            .SumAsync(a => a.Size ?? 0, cancellationToken);
        Attentions = await Attention.ReadAsync(db, time.GetUtcNow(), cancellationToken);
        Jobs = await history.PageAsync(new JobFilter(), null, null, Shown, cancellationToken);
    }
}
