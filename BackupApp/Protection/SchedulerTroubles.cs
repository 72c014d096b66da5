using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>The clock of the schedules stands still: nobody goes through them, or there is no process that could.</summary>
public sealed class SchedulerTroubles(AppDbContext db) : ITroubleFinder
{
    /// <summary>
    /// Every minute the schedules are gone through, by the database's clock. Twice is once too often missed; this is longer than
    /// a restart.
    /// </summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    public bool Finds(Incident incident) => incident.Kind == IncidentKind.SchedulerDead;

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        var alive = await db.Database.SqlQuery<Alive>(
            $"""
            select (select count(*)::int from hangfire.server where lastheartbeat > now() - interval '5 minutes') as "Servers",
                b.at as "At", coalesce(b.at > now() - {Silence}, false) as "IsInTime"
            from (values (1)) one left join schedule_beats b on true
            """).SingleAsync(cancellationToken);
        return Reason(alive) is { } reason ? [OwnTroubles.Of(IncidentKind.SchedulerDead, reason)] : [];
    }

    private static string? Reason(Alive alive) => alive switch
    {
        // Asked of Hangfire's tables and not of Hangfire, which may be what is dead.
        { Servers: 0 } => "No worker process is alive: nothing is scheduled, backed up or deleted. Start one.",
        { IsInTime: true } => null,
        { At: { } at } => $"The schedules have not been gone through since {Ages.Moment(at)}. {Advice}",
        _ => $"The schedules have never been gone through. {Advice}",
    };

    private const string Advice = "Look at the log, and restart the worker process.";

    /// <param name="At">When they were last gone through to the end; null where they never were.</param>
    private sealed record Alive(int Servers, DateTimeOffset? At, bool IsInTime);
}
