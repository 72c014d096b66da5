using BackupApp.Alerts;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>A channel that takes no messages is told through the others.</summary>
public sealed class ChannelTroubles(AppDbContext db, TimeProvider time) : ITroubleFinder
{
    // A receiver that is restarted is no trouble.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Patience;
        var failing = await db.Set<AlertChannel>().AsNoTracking().Where(
            c => c.IsEnabled && c.FailingSince <= since).ToListAsync(cancellationToken);
        return
        [
            .. failing.Select(c => new Trouble(
                $"channel/{c.Id}", c.Name, IncidentKind.ChannelFailed, $"channel/{c.Id}",
                $"It has taken no message since {Ages.Moment(c.FailingSince!.Value)}: {c.LastError}",
                TargetId: c.Id)),
        ];
    }
}
