namespace BackupApp.Alerts;

/// <summary>When a channel is to tell something. A pure function.</summary>
public static class AlertTiming
{
    /// <summary>What happens within this is one message.</summary>
    public static readonly TimeSpan Grouping = TimeSpan.FromSeconds(60);

    /// <summary>What one cause brings about in the time after it was told is one more message.</summary>
    public static readonly TimeSpan Holding = TimeSpan.FromMinutes(15);

    /// <summary>Of the digest, on the channel's own clock.</summary>
    public static readonly TimeSpan DigestAt = TimeSpan.FromHours(8);

    public static DateTimeOffset DueAt(ChannelRules rules, AlertEvent alert, DateTimeOffset now)
    {
        var soon = now + Grouping;
        if (alert.What == AlertWhat.Test || (alert.Urgency == AlertUrgency.Now && alert.What != AlertWhat.End))
            return soon;
        var zone = ZoneOf(rules);
        return alert.Urgency != AlertUrgency.Morning || alert.IsProduction ? AfterQuiet(rules, zone, soon) : NextAt(DigestAt, zone, now);
    }

    /// <summary>When a weekly report came due last: on Monday at the time of the digest, on the channel's own clock.</summary>
    public static (DateOnly Monday, DateTimeOffset At) ReportDue(ChannelRules rules, DateTimeOffset now)
    {
        var zone = ZoneOf(rules);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var at = On(monday.ToDateTime(TimeOnly.MinValue), DigestAt, zone);
        return at <= now ? (monday, at) : (monday.AddDays(-7), On(monday.AddDays(-7).ToDateTime(TimeOnly.MinValue), DigestAt, zone));
    }

    private static TimeZoneInfo ZoneOf(ChannelRules rules) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(rules.TimeZone, out var found) ? found : TimeZoneInfo.Utc;

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
            var at = On(day.AddDays(ahead), time, zone);
            if (at > after)
                return at;
        }
    }

    private static DateTimeOffset On(DateTime day, TimeSpan time, TimeZoneInfo zone)
    {
        var wall = day + time;
        while (zone.IsInvalidTime(wall))
            wall = wall.AddMinutes(15);
        return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
    }
}
