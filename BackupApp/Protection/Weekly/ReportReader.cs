using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection.Weekly;

/// <summary>Reads what a weekly report says.</summary>
public sealed class ReportReader(AppDbContext db, ProtectionReader protection, StorageReader storage, TimeProvider time)
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    public async Task<ReportFacts> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var sources = (await protection.AllAsync(cancellationToken)).Select(Of).ToList();
        var ended = await db.Set<BackupJob>().Where(j => j.CreatedAt >= now - Week && j.FinishedAt != null).GroupBy(j => j.Status)
            .Select(g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        return new ReportFacts(
            now, sources, await storage.ReadAsync(now, cancellationToken),
            ended.Where(e => e.Key == RunStatus.Success).Sum(e => e.Count),
            ended.Where(e => e.Key is RunStatus.Failed or RunStatus.Partial).Sum(e => e.Count));
    }

    private static ReportSource Of(ProtectedSource source)
    {
        var (state, trouble) = (source.State, Trouble.Of(source).FirstOrDefault());
        return new ReportSource(
            source.Id, source.Name, source.Environment.ToSnakeCase(), state.Title, trouble is { IsSilent: false }, state.Reason,
            state.Action.Title(), state.NewestGood?.StartedAt, state.NewestGood?.Bytes);
    }
}
