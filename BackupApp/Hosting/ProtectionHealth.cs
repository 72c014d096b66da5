using BackupApp.Data;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Hosting;

/// <summary>
/// <c>/health/backups</c>: 503 while a source is unprotected, damaged or overdue, or while nobody looks; the body says which. For
/// a monitor outside, with a
/// Viewer's token. <c>/metrics</c>: the same in numbers, for Prometheus.
/// </summary>
public static class ProtectionHealth
{
    public static void MapProtectionHealth(this WebApplication app)
    {
        app.MapGet("/health/backups", BackupsAsync).ExcludeFromDescription();
        app.MapGet("/metrics", MetricsAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> BackupsAsync(
        ProtectionReader reader, AppDbContext db, TimeProvider time, CancellationToken cancellationToken)
    {
        var sources = await reader.AllAsync(cancellationToken);
        var broken = sources.Where(s => !s.State.Holds).ToList();
        var beat = await db.Set<WatchBeat>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        var isWatched = beat?.IsFresh(time.GetUtcNow()) == true;
        return TypedResults.Json(
            new
            {
                status = broken.Count == 0 && isWatched ? "ok" : "broken",
                watchedAt = beat?.At,
                sources = sources.Count,
                broken = broken.Select(s => new
                {
                    id = s.Id,
                    name = s.Name,
                    state = s.State.Word.ToSnakeCase(),
                    paused = s.State.IsPaused,
                    reason = s.State.Reason
                }),
            },
            statusCode: broken.Count == 0 && isWatched ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> MetricsAsync(MetricsReader metrics, CancellationToken cancellationToken) =>
        TypedResults.Text(await metrics.ReadAsync(cancellationToken), MetricsText.ContentType);
}
