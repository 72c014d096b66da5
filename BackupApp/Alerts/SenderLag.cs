using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Alerts;

/// <summary>Whether alerts go out: asked of what lies there, apart from who should send it.</summary>
public sealed class SenderLag(AppDbContext db, TimeProvider time)
{
    /// <summary>Something is due every few seconds; what waits for so long nobody takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// For how long the oldest has been due without an attempt: an alert that is in no message, or a message. Each attempt puts the next
    /// one ahead, so that a receiver that is down makes no lag.
    /// </summary>
    public async Task<TimeSpan> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = await db.Database.SqlQuery<DateTimeOffset?>(
            $"""
            select least(
                (select min(due_at) from alert_notices where delivery_id is null),
                (select min(next_attempt_at) from alert_deliveries where next_attempt_at is not null)) as "Value"
            """).SingleAsync(cancellationToken);
        return now > oldest ? now - oldest.Value : TimeSpan.Zero;
    }
}
