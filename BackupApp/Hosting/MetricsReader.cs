using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Protection;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Hosting;

/// <summary>
/// What <c>/metrics</c> says, read when it is asked for. Sources are labelled by id and name, so that a rule can name them.
/// </summary>
public sealed class MetricsReader(AppDbContext db, ProtectionReader protection, IOptions<BackupOptions> options, TimeProvider time)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var text = new MetricsText();
        var now = time.GetUtcNow();
        Sources(text, await protection.AllAsync(cancellationToken), now);
        await JobsAsync(text, now, cancellationToken);
        await DestinationsAsync(text, cancellationToken);
        await OwnAsync(text, now, cancellationToken);
        return text.ToString();
    }

    private static void Sources(MetricsText text, IReadOnlyList<ProtectedSource> sources, DateTimeOffset now)
    {
        foreach (var metric in SourceMetrics)
        {
            text.Metric(metric.Name, "gauge", metric.Help);
            foreach (var source in sources)
            {
                text.Value(
                    metric.Name, metric.Value(source, now),
                    ("source_id", source.Id.ToString()), ("source", source.Name), ("environment", source.Environment.ToSnakeCase()));
            }
        }

        const string state = "backupapp_source_state";
        text.Metric(state, "gauge", "1 for the state that a data source is in; paused says whether somebody switched it off.");
        foreach (var source in sources)
        {
            text.Value(
                state, 1, ("source_id", source.Id.ToString()), ("source", source.Name), ("environment", source.Environment.ToSnakeCase()),
                ("state", source.State.Word.ToSnakeCase()), ("paused", source.State.IsPaused ? "true" : "false"));
        }
    }

    private static readonly (string Name, string Help, Func<ProtectedSource, DateTimeOffset, double?> Value)[] SourceMetrics =
    [
        (
            "backupapp_source_newest_good_age_seconds", "Age of what the newest good backup holds.",
            (s, now) => s.State.AgeAt(now)?.TotalSeconds),
        ("backupapp_source_newest_good_size_bytes", "Stored size of the newest good backup.", (s, _) => s.State.NewestGood?.Bytes),
        ("backupapp_source_promise_seconds", "Seconds until the promise breaks; negative since it broke.",
            (s, now) => (s.State.Promise.BreaksAt - now)?.TotalSeconds),
        ("backupapp_source_usual_duration_seconds", "95th percentile of the last ten good backups.",
            (s, _) => s.Facts.Goods.Count == 0 ? null : PromiseRule.UsualDuration(s.Facts.Goods).TotalSeconds),
    ];

    private async Task JobsAsync(MetricsText text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var jobs = db.Set<BackupJob>();
        var since = now - Recent;
        var recent = await jobs.Where(j => j.CreatedAt >= since).GroupBy(j => j.Status)
            .Select(g => new { g.Key, Count = g.Count(), Read = g.Sum(j => j.BytesRead), Stored = g.Sum(j => j.BytesStored) })
                .ToListAsync(cancellationToken);
        text.Metric("backupapp_jobs_24h", "gauge", "Backup jobs of the last 24 hours, by their state.");
        foreach (var status in Enum.GetValues<RunStatus>())
            text.Value("backupapp_jobs_24h", recent.Find(r => r.Key == status)?.Count ?? 0, ("state", status.ToSnakeCase()));
        Sum(text, "backupapp_jobs_24h_read_bytes", "Bytes read from databases by jobs of the last 24 hours.", recent.Sum(r => r.Read));
        Sum(text, "backupapp_jobs_24h_stored_bytes", "Bytes stored by jobs of the last 24 hours.", recent.Sum(r => r.Stored));

        var active = await jobs.Where(j => j.Status == RunStatus.Queued || j.Status == RunStatus.Running)
            .GroupBy(j => j.Status).Select(
                g => new { g.Key, Count = g.Count(), Oldest = g.Min(j => j.CreatedAt) }).ToListAsync(cancellationToken);
        text.Metric("backupapp_jobs", "gauge", "Backup jobs that are not over, by their state.");
        foreach (var status in (RunStatus[])[RunStatus.Queued, RunStatus.Running])
            text.Value("backupapp_jobs", active.Find(a => a.Key == status)?.Count ?? 0, ("state", status.ToSnakeCase()));
        var waiting = active.Find(a => a.Key == RunStatus.Queued)?.Oldest;
        Sum(
            text, "backupapp_queue_wait_seconds", "How long the oldest queued job has waited.",
            waiting is { } oldest ? (now - oldest).TotalSeconds : 0);
        Sum(text, "backupapp_worker_slots", "Backups that this process may run at once.", options.Value.MaxConcurrentJobs);
    }

    private async Task DestinationsAsync(MetricsText text, CancellationToken cancellationToken)
    {
        var destinations = await db.Set<StorageDestination>().AsNoTracking()
            .Select(d => new { d.Id, d.Name, Ok = d.LastTest == null || d.LastTest.Ok }).ToListAsync(cancellationToken);
        text.Metric("backupapp_destination_ok", "gauge", "Whether the destination's last test went well.");
        foreach (var destination in destinations)
            text.Value(
                "backupapp_destination_ok", destination.Ok ? 1 : 0, ("destination_id", destination.Id.ToString()),
                ("destination", destination.Name));
    }

    private async Task OwnAsync(MetricsText text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var beat = await db.Set<WatchBeat>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        Sum(
            text, "backupapp_watch_age_seconds", "Since when nobody has looked at the protection.",
            beat is null ? double.PositiveInfinity : (now - beat.At).TotalSeconds);
        var heartbeats = await db.Set<BackupJob>().Where(
            j => j.Status == RunStatus.Running).MinAsync(j => j.HeartbeatAt, cancellationToken);
        Sum(
            text, "backupapp_heartbeat_age_seconds", "Of the running job whose worker has been silent for longest.",
            heartbeats is { } at ? (now - at).TotalSeconds : 0);
        var open = await db.Set<Incident>().Where(i => i.EndedAt == null).GroupBy(i => i.Kind).Select(
            g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        text.Metric("backupapp_incidents", "gauge", "Open incidents, by kind.");
        foreach (var kind in Enum.GetValues<IncidentKind>())
            text.Value("backupapp_incidents", open.Find(o => o.Key == kind)?.Count ?? 0, ("kind", kind.ToSnakeCase()));
    }

    private static void Sum(MetricsText text, string name, string help, double value) =>
        text.Metric(name, "gauge", help).Value(name, value);
}
