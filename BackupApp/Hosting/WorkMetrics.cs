using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Hosting;

/// <summary>What <c>/metrics</c> says of jobs, of the workers that run them, and of what was sent to channels.</summary>
public sealed class WorkMetrics(AppDbContext db)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    public async Task WriteAsync(MetricsText text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await RecentAsync(text, now - Recent, cancellationToken);
        await ActiveAsync(text, now, cancellationToken);
        await WorkersAsync(text, cancellationToken);
        await DeliveriesAsync(text, now - Recent, cancellationToken);
    }

    private async Task RecentAsync(MetricsText text, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var recent = await db.Set<BackupJob>().Where(j => j.CreatedAt >= since).GroupBy(j => j.Status)
            .Select(g => new { g.Key, Count = g.Count(), Read = g.Sum(j => j.BytesRead), Stored = g.Sum(j => j.BytesStored) })
            .ToListAsync(cancellationToken);
        text.Metric("backupapp_jobs_24h", "gauge", "Backup jobs of the last 24 hours, by their state.");
        foreach (var status in Enum.GetValues<RunStatus>())
            text.Value("backupapp_jobs_24h", recent.Find(r => r.Key == status)?.Count ?? 0, ("state", status.ToSnakeCase()));
        text.One("backupapp_jobs_24h_read_bytes", "Bytes read from databases by jobs of the last 24 hours.", recent.Sum(r => r.Read));
        text.One("backupapp_jobs_24h_stored_bytes", "Bytes stored by jobs of the last 24 hours.", recent.Sum(r => r.Stored));

        var times = (await db.Database.SqlQuery<TimesRow>(
            $"""
            select extract(epoch from avg(started_at - created_at))::float8 as MeanWait,
                extract(epoch from max(started_at - created_at))::float8 as MostWait,
                extract(epoch from avg(finished_at - started_at))::float8 as MeanTime,
                extract(epoch from max(finished_at - started_at))::float8 as MostTime
            from backup_jobs where created_at >= {since} and started_at is not null
            """).ToListAsync(cancellationToken)).Single();
        text.One("backupapp_jobs_24h_wait_seconds_mean", "How long jobs of the last 24 hours waited in the queue.", times.MeanWait);
        text.One("backupapp_jobs_24h_wait_seconds_max", "How long the one that waited longest did.", times.MostWait);
        text.One("backupapp_jobs_24h_duration_seconds_mean", "How long jobs of the last 24 hours ran.", times.MeanTime);
        text.One("backupapp_jobs_24h_duration_seconds_max", "How long the one that ran longest did.", times.MostTime);
    }

    private async Task ActiveAsync(MetricsText text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var active = await db.Set<BackupJob>().Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running)
            .GroupBy(j => j.Status)
            .Select(g => new { g.Key, Count = g.Count(), Oldest = g.Min(j => j.CreatedAt), Beat = g.Min(j => j.HeartbeatAt) })
            .ToListAsync(cancellationToken);
        text.Metric("backupapp_jobs", "gauge", "Backup jobs that are not over, by their state.");
        foreach (var status in (RunStatus[])[RunStatus.Queued, RunStatus.Running])
            text.Value("backupapp_jobs", active.Find(a => a.Key == status)?.Count ?? 0, ("state", status.ToSnakeCase()));
        var waiting = active.Find(a => a.Key == RunStatus.Queued)?.Oldest;
        text.One(
            "backupapp_queue_wait_seconds", "How long the oldest queued job has waited.",
            waiting is { } oldest ? (now - oldest).TotalSeconds : 0);
        var beat = active.Find(a => a.Key == RunStatus.Running)?.Beat;
        text.One(
            "backupapp_heartbeat_age_seconds", "Of the running job whose worker has been silent for longest.",
            beat is { } at ? (now - at).TotalSeconds : 0);
    }

    // Asked of Hangfire's tables, so that each process knows of all.
    private async Task WorkersAsync(MetricsText text, CancellationToken cancellationToken)
    {
        var workers = await db.Database.SqlQuery<WorkerRow>(
            $"""
            select w.name as Name, w.slots as Slots, w.silence as Silence, (
                select count(*)::int from backup_jobs j where j.status = 'running' and j.worker_name = w.name) as Used
            from (
                select split_part(id, ':', 1) || '/' || split_part(id, ':', 2) as name,
                    max((data::jsonb ->> 'WorkerCount')::int) as slots,
                    extract(epoch from now() - max(lastheartbeat))::float8 as silence
                from hangfire.server where split_part(id, ':', 3) = 'backups' group by 1) w
            order by w.name
            """).ToListAsync(cancellationToken);
        const string slots = "backupapp_worker_slots", used = "backupapp_worker_slots_used", silence = "backupapp_worker_silence_seconds";
        text.Metric(slots, "gauge", "Backups that a worker process may run at once.");
        foreach (var worker in workers)
            text.Value(slots, worker.Slots, ("worker", worker.Name));
        text.Metric(used, "gauge", "Backups that it runs.");
        foreach (var worker in workers)
            text.Value(used, worker.Used, ("worker", worker.Name));
        text.Metric(silence, "gauge", "Age of its process's heartbeat.");
        foreach (var worker in workers)
            text.Value(silence, worker.Silence, ("worker", worker.Name));
    }

    private async Task DeliveriesAsync(MetricsText text, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var sent = await (
            from delivery in db.Set<AlertDelivery>()
            join channel in db.Set<AlertChannel>() on delivery.ChannelId equals channel.Id
            where delivery.CreatedAt >= since
            group delivery by new { channel.Kind, delivery.Status } into g
            select new { g.Key.Kind, g.Key.Status, Count = g.Count() }).ToListAsync(cancellationToken);
        const string name = "backupapp_deliveries_24h";
        text.Metric(name, "gauge", "Messages of the last 24 hours, by kind of channel and what became of them.");
        foreach (var kind in Enum.GetValues<ChannelKind>())
        {
            foreach (var status in Enum.GetValues<DeliveryStatus>())
            {
                text.Value(
                    name, sent.Find(s => s.Kind == kind && s.Status == status)?.Count ?? 0,
                    ("kind", kind.ToSnakeCase()), ("outcome", status.ToSnakeCase()));
            }
        }
    }

    private sealed record TimesRow(double? MeanWait, double? MostWait, double? MeanTime, double? MostTime);

    private sealed record WorkerRow(string Name, int Slots, double Silence, int Used);
}
