using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Hosting;

/// <summary>
/// <c>/health/backups</c>: 503 while a source is unprotected, damaged or overdue, or while nobody looks or sends alerts; the body says
/// which. For a monitor outside, with a Viewer's token. <c>/metrics</c>: the same in numbers, for Prometheus.
/// </summary>
public static class ProtectionHealth
{
    public static void MapProtectionHealth(this WebApplication app)
    {
        app.MapGet("/health/backups", BackupsAsync).ExcludeFromDescription();
        app.MapGet("/metrics", MetricsAsync).ExcludeFromDescription();
    }

    internal static async Task<IResult> BackupsAsync(
        ProtectionReader reader, AppDbContext db, SenderLag sender, TimeProvider time, CancellationToken cancellationToken)
    {
        var sources = await reader.AllAsync(cancellationToken);
        var broken = sources.Where(s => !s.State.Holds).ToList();
        var beat = await db.Set<WatchBeat>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        string?[] own = [WatchProblem(beat, time.GetUtcNow()), SenderProblem(await sender.ReadAsync(cancellationToken))];
        var problems = own.OfType<string>().ToList();
        var isWell = broken.Count == 0 && problems.Count == 0;
        return TypedResults.Json(
            new
            {
                status = isWell ? "ok" : "broken",
                problems,
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
            statusCode: isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string? WatchProblem(WatchBeat? beat, DateTimeOffset now) => beat switch
    {
        null => "Nobody has looked at the protection yet. Look at the log, and restart BackupApp.",
        _ when beat.IsFresh(now) => null,
        _ => $"Nobody has looked at the protection since {Ages.Moment(beat.At)}. Look at the log, and restart BackupApp.",
    };

    private static string? SenderProblem(TimeSpan late) => late <= SenderLag.Patience
        ? null
        : $"An alert has been due for {Ages.Words(late)}, and nobody sends it. Look at the log, and restart BackupApp.";

    private static async Task<IResult> MetricsAsync(MetricsReader metrics, CancellationToken cancellationToken) =>
        TypedResults.Text(await metrics.ReadAsync(cancellationToken), MetricsText.ContentType);
}
