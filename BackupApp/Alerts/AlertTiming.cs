namespace BackupApp.Alerts;

/// <summary>When a channel is to tell something. A pure function.</summary>
public static class AlertTiming
{
    /// <summary>What happens within this is one message.</summary>
    public static readonly TimeSpan Grouping = TimeSpan.FromSeconds(60);

    /// <summary>Of the digest, on the channel's own clock.</summary>
    public static readonly TimeSpan DigestAt = TimeSpan.FromHours(8);

    public static DateTimeOffset DueAt(ChannelRules rules, AlertEvent alert, DateTimeOffset now)
    {
        var soon = now + Grouping;
        if (alert.What == AlertWhat.Test || (alert.Urgency == AlertUrgency.Now && alert.What != AlertWhat.End))
            return soon;
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(rules.TimeZone, out var found) ? found : TimeZoneInfo.Utc;
        return alert.Urgency != AlertUrgency.Morning || alert.IsProduction ? AfterQuiet(rules, zone, soon) : NextAt(DigestAt, zone, now);
    }

    private static DateTimeOffset AfterQuiet(ChannelRules rules, TimeZoneInfo zone, DateTimeOffset at)
    {
        var (from, until) = (TimeSpan.FromMinutes(rules.QuietFrom), TimeSpan.FromMinutes(rules.QuietUntil));
        var clock = TimeZoneInfo.ConvertTime(at, zone).TimeOfDay;
        var isQuiet = from <= until ? clock >= from && clock < until : clock >= from || clock < until;
        return isQuiet ? NextAt(until, zone, at) : at;
    }

    // The next moment at which the clock shows this time. One that a change skips is the moment after the gap.
    private static DateTimeOffset NextAt(TimeSpan time, TimeZoneInfo zone, DateTimeOffset after)
    {
        var day = TimeZoneInfo.ConvertTime(after, zone).Date;
        for (var ahead = 0; ; ahead++)
        {
            var wall = day.AddDays(ahead) + time;
            while (zone.IsInvalidTime(wall))
                wall = wall.AddMinutes(15);
            var at = new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
            if (at > after)
                return at;
        }
    }
}
