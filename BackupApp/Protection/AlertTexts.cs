using BackupApp.Alerts;
using BackupApp.Data;

namespace BackupApp.Protection;

/// <summary>Incidents as alerts say them.</summary>
internal static class AlertTexts
{
    public static AlertEvent Of(PlannedNotice notice, DateTimeOffset now)
    {
        var incident = notice.Incident;
        var what = Enum.Parse<AlertWhat>(notice.Kind.ToString());
        return new AlertEvent(
            incident.Id,
            what,
            incident.Kind.ToSnakeCase(),
            Urgency(incident),
            Title(incident, what, notice.Left),
            incident.Name,
            incident.Environment?.ToSnakeCase(),
            incident.Cause,
            what == AlertWhat.End ? End(incident, notice.Left, now) : incident.Reason,
            incident.BeganAt,
            incident.LastGoodAt,
            incident.Action.Title(),
            PathOf(incident),
            incident.Kind == IncidentKind.ChannelFailed ? incident.TargetId : null)
        {
            Labels = incident.Labels,
            Environments = [.. incident.Environments.Select(e => e.ToSnakeCase())],
            Silences = [.. incident.Silenced.Select(k => k.ToSnakeCase())],
        };
    }

    // What flips wakes nobody whom none of it would.
    private static AlertUrgency Urgency(Incident incident) => Urgency(incident.Covers ?? incident.Kind);

    public static AlertUrgency Urgency(IncidentKind kind) => kind switch
    {
        IncidentKind.RestoreFailed or IncidentKind.RestoreEnded => AlertUrgency.Soon,
        IncidentKind.Failing or IncidentKind.AtRisk or IncidentKind.Unscheduled or IncidentKind.Paused => AlertUrgency.Morning,
        _ => AlertUrgency.Now,
    };

    private static string PathOf(Incident incident) => (incident.Kind, incident.DataSourceId) switch
    {
        (IncidentKind.RestoreFailed or IncidentKind.RestoreEnded, _) => $"/Restores/{incident.TargetId}",
        (IncidentKind.SignInSecurity, _) => "/Audit",
        (_, { } source) => $"/DataSources/{source}",
        (IncidentKind.Damaged, _) => $"/Destinations/{incident.TargetId}",
        (IncidentKind.ChannelFailed, _) => "/Channels",
        _ => "/",
    };

    private static string End(Incident incident, Trouble? left, DateTimeOffset now)
    {
        var over = $"It is over. It lasted {Ages.Words(now - incident.BeganAt)}.";
        return left is null ? over : $"{over} What is left: {left.Reason}";
    }

    // Seriousness and source come first: that is all that a phone shows.
    private static string Title(Incident incident, AlertWhat what, Trouble? left)
    {
        var word = Word(incident.Kind);
        var where = incident.Environment is { } environment ? $"{incident.Name} ({environment.ToSnakeCase()})" : incident.Name;
        return what switch
        {
            AlertWhat.End when left is not null => $"Recovered from {word.ToLowerInvariant()}: {where}; now {Word(left)}",
            AlertWhat.End => $"Recovered: {where}, was {word.ToLowerInvariant()}",
            AlertWhat.Reminder => $"Still {word.ToLowerInvariant()}: {where}",
            _ => $"{word}: {where}",
        };
    }

    private static string Word(Trouble left) =>
        Word(left.Kind).ToLowerInvariant() + (left is { IsSilent: true, Kind: not IncidentKind.Paused } ? ", paused" : "");

    private static string Word(IncidentKind kind) => kind switch
    {
        IncidentKind.AtRisk => "At risk",
        IncidentKind.SchedulerDead => "Scheduler dead",
        IncidentKind.DiskLow => "Disk low",
        IncidentKind.ChannelFailed => "A channel fails",
        IncidentKind.QueueDead => "Queue dead",
        IncidentKind.MasterKey => "Master key trouble",
        IncidentKind.SignInSecurity => "Sign-in security",
        IncidentKind.RestoreFailed => "Restore failed",
        IncidentKind.RestoreEnded => "Restored",
        _ => kind.ToString(),
    };
}
