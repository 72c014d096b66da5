using BackupApp.Alerts;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>A channel that takes no messages, or reaches not everybody, is told through the others.</summary>
public sealed class ChannelTroubles(AppDbContext db, TimeProvider time) : ITroubleFinder
{
    // A receiver that is restarted is no trouble.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    public bool Finds(Incident incident) => incident.Kind == IncidentKind.ChannelFailed;

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Patience;
        var failing = await db.Set<AlertChannel>().AsNoTracking()
            .Where(c => c.SwitchedOffAt != null
                || (c.IsEnabled && (c.FailingSince <= since || (c.FailingSince == null && c.LastError != null))))
            .ToListAsync(cancellationToken);
        return [.. failing.Select(Of)];
    }

    private static Trouble Of(AlertChannel channel) => new(
        $"channel/{channel.Id}", channel.Name, IncidentKind.ChannelFailed, $"channel/{channel.Id}", Reason(channel), TargetId: channel.Id);

    private static string Reason(AlertChannel channel) => channel switch
    {
        { SwitchedOffAt: { } at } =>
            $"Its receiver said at {Ages.Moment(at)} that it wants nothing any more, and it was switched off: {channel.LastError} "
            + "Give it another address and switch it on, or delete it.",
        { FailingSince: { } since } => $"It has taken no message since {Ages.Moment(since)}: {channel.LastError}",
        _ => $"It does not reach everybody: {channel.LastError}",
    };
}
