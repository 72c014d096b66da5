using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// BackupApp's own trouble: the clock of its schedules or its queue stands still, or the disk of its data fills up.
/// </summary>
public sealed class OwnTroubles(AppDbContext db, DataDirectory data, TimeProvider time) : ITroubleFinder
{
    /// <summary>
    /// Every minute the schedules are gone through, by the database's clock. Twice is once too often missed; this is longer than
    /// a restart.
    /// </summary>
    public static readonly TimeSpan SchedulerSilence = TimeSpan.FromMinutes(5);

    /// <summary>A free worker takes a job within a second, a lost message is made up for within the minute.</summary>
    public static readonly TimeSpan QueuePatience = TimeSpan.FromMinutes(10);

    // Below it PostgreSQL begins to refuse writes, sooner or later.
    private const double LeastFree = 0.05;
    private const long LeastBytes = 1L << 30;

    public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
    {
        Trouble?[] found = [await SchedulerAsync(cancellationToken), await QueueAsync(cancellationToken), Disk()];
        return [.. found.OfType<Trouble>()];
    }

    // Asked of Hangfire's tables and not of Hangfire, which may be what is dead.
    private async Task<Trouble?> SchedulerAsync(CancellationToken cancellationToken)
    {
        var last = await db.Database.SqlQuery<string?>(
            $"select max(value) as \"Value\" from hangfire.hash where key = 'recurring-job:schedules' and field = 'LastExecution'")
                .SingleAsync(cancellationToken);
        var servers = await db.Database.SqlQuery<int>(
            $"select count(*)::int as \"Value\" from hangfire.server where lastheartbeat > now() - interval '5 minutes'")
            .SingleAsync(cancellationToken);
        if (servers == 0)
            return Own(IncidentKind.SchedulerDead, "No worker process is alive: nothing is scheduled, backed up or deleted. Start one.");
        return RecurringTimes.Read(last) is not { } at || at > time.GetUtcNow() - SchedulerSilence
            ? null
            : Own(
                IncidentKind.SchedulerDead,
                $"The schedules have not been gone through since {Ages.Moment(at)}. Look at the log, and restart the worker process.");
    }

    // What waits while something runs waits for its turn. By the database's clock, as the rows are.
    private async Task<Trouble?> QueueAsync(CancellationToken cancellationToken)
    {
        var waiting = await db.Database.SqlQuery<int>(
            $"""
            select coalesce(sum(q.n), 0)::int as "Value" from (
                select count(*) as n from backup_jobs where status = 'queued' and created_at < now() - {QueuePatience}
                    and not exists (select 1 from backup_jobs where status = 'running')
                union all
                select count(*) from restore_jobs where status = 'queued' and created_at < now() - {QueuePatience}
                    and not exists (select 1 from restore_jobs where status = 'running')) q
            """).SingleAsync(cancellationToken);
        return waiting == 0
            ? null
            : Own(
                IncidentKind.QueueDead,
                $"{(waiting == 1 ? "A job has" : $"{waiting} jobs have")} waited for more than {Ages.Words(QueuePatience)}, and none runs. "
                + "Look at the workers' log, and restart them.");
    }

    private Trouble? Disk()
    {
        var drive = new DriveInfo(data.Path);
        return drive.AvailableFreeSpace >= Math.Max(LeastBytes, drive.TotalSize * LeastFree)
            ? null
            : Own(
                IncidentKind.DiskLow, $"Only {drive.AvailableFreeSpace >> 20} MiB are free where BackupApp keeps its own data. Make room.");
    }

    internal static Trouble Own(IncidentKind kind, string reason) => new("backupapp", "BackupApp", kind, $"backupapp/{kind}", reason);
}

/// <summary>Times as Hangfire writes them: milliseconds since 1970, or ISO 8601.</summary>
internal static class RecurringTimes
{
    public static DateTimeOffset? Read(string? text)
    {
        if (long.TryParse(text, out var milliseconds))
            return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return DateTimeOffset.TryParse(
            text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal,
            out var at) ? at : null;
    }
}
