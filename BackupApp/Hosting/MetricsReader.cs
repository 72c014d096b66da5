using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Protection;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Hosting;

/// <summary>
/// What <c>/metrics</c> says, read when it is asked for. Sources are labelled by id and name, so that a rule can name them.
/// </summary>
public sealed class MetricsReader(AppDbContext db, ProtectionReader protection, WorkMetrics work, SenderLag sender, TimeProvider time)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(24);

    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        var text = new MetricsText();
        var now = time.GetUtcNow();
        Sources(text, await protection.AllAsync(cancellationToken), now);
        await work.WriteAsync(text, now, cancellationToken);
        await DestinationsAsync(text, now - Recent, cancellationToken);
        await OwnAsync(text, now, cancellationToken);
        return text.ToString();
    }

    private static void Sources(MetricsText text, IReadOnlyList<ProtectedSource> sources, DateTimeOffset now)
    {
        var labelled = sources.Select(source => (Source: source, Labels: MetricsText.Labels(
            ("source_id", source.Id.ToString()), ("source", source.Name), ("environment", source.Environment.ToSnakeCase())))).ToList();
        foreach (var metric in SourceMetrics)
        {
            text.Metric(metric.Name, "gauge", metric.Help);
            foreach (var (source, labels) in labelled)
                text.Value(metric.Name, metric.Value(source, now), labels);
        }

        const string state = "backupapp_source_state";
        text.Metric(state, "gauge", "1 for the state that a data source is in; paused says whether somebody switched it off.");
        foreach (var (source, labels) in labelled)
        {
            var more = MetricsText.Labels(("state", source.State.Word.ToSnakeCase()), ("paused", source.State.IsPaused ? "true" : "false"));
            text.Value(state, 1, $"{labels},{more}");
        }
    }

    private static readonly (string Name, string Help, Func<ProtectedSource, DateTimeOffset, double?> Value)[] SourceMetrics =
    [
        (
            "backupapp_source_newest_good_age_seconds", "Age of what the newest good backup holds.",
            (s, now) => s.State.AgeAt(now)?.TotalSeconds),
        ("backupapp_source_newest_good_duration_seconds", "How long the newest good backup ran.",
            (s, _) => s.State.NewestGood?.Duration.TotalSeconds),
        ("backupapp_source_newest_good_size_bytes", "Stored size of the newest good backup.", (s, _) => s.State.NewestGood?.Bytes),
        ("backupapp_source_promise_seconds", "Seconds until the promise breaks; negative since it broke.",
            (s, now) => (s.State.Promise.BreaksAt - now)?.TotalSeconds),
        ("backupapp_source_usual_duration_seconds", "95th percentile of the last ten good backups.",
            (s, _) => s.Facts.Goods.Count == 0 ? null : PromiseRule.UsualDuration(s.Facts.Goods).TotalSeconds),
    ];

    private async Task DestinationsAsync(MetricsText text, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var destinations = await db.Set<StorageDestination>().AsNoTracking()
            .Select(d => new { d.Id, d.Name, Ok = d.LastTest == null || d.LastTest.Ok }).ToListAsync(cancellationToken);
        text.Metric("backupapp_destination_ok", "gauge", "Whether the destination's last test went well.");
        foreach (var destination in destinations)
            text.Value(
                "backupapp_destination_ok", destination.Ok ? 1 : 0, ("destination_id", destination.Id.ToString()),
                ("destination", destination.Name));
        var errors = await db.Set<BackupJob>()
            .Where(j => j.Status != RunStatus.Success && j.CreatedAt >= since && j.ErrorStage == RunStage.Store)
            .GroupBy(j => j.DestinationId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        const string name = "backupapp_destination_errors_24h";
        text.Metric(name, "gauge", "Backup jobs of the last 24 hours that failed because of the destination.");
        foreach (var destination in destinations)
            text.Value(
                name, errors.GetValueOrDefault(destination.Id), ("destination_id", destination.Id.ToString()),
                ("destination", destination.Name));
    }

    private async Task OwnAsync(MetricsText text, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var beat = await db.Set<WatchBeat>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        text.One(
            "backupapp_watch_age_seconds", "Since when nobody has looked at the protection.",
            beat is null || beat.At > now + WatchBeat.Skew ? double.PositiveInfinity : (now - beat.At).TotalSeconds);
        text.One(
            "backupapp_alerts_late_seconds", "For how long the oldest alert has been due without an attempt to send it.",
            (await sender.ReadAsync(cancellationToken)).TotalSeconds);
        var open = await db.Set<Incident>().Where(i => i.EndedAt == null).GroupBy(i => i.Kind).Select(
            g => new { g.Key, Count = g.Count() }).ToListAsync(cancellationToken);
        text.Metric("backupapp_incidents", "gauge", "Open incidents, by kind.");
        foreach (var kind in Enum.GetValues<IncidentKind>())
            text.Value("backupapp_incidents", open.Find(o => o.Key == kind)?.Count ?? 0, ("kind", kind.ToSnakeCase()));
    }
}
