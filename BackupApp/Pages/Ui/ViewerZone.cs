using System.Globalization;
using BackupApp.Policies;
using Microsoft.AspNetCore.Http;

namespace BackupApp.Pages.Ui;

/// <summary>
/// The zone in which a page shows times and reads days: the viewer's own, which their browser keeps in a cookie (theme.js). Before the
/// first script has run, and without scripts, it is the one of the machine that BackupApp runs on.
/// </summary>
public sealed class ViewerZone
{
    /// <summary>The cookie with the zone's IANA name. It is no secret and no setting of the account: it belongs to the browser.</summary>
    public const string Cookie = "zone";

    private const string UsedKey = "ViewerZone.Used";

    // Days that no job and no entry can be of; beyond them are the ends of the calendar.
    private static readonly DateOnly FirstDay = new(2000, 1, 1);
    private static readonly DateOnly LastDay = new(8999, 12, 31);

    private readonly TimeZoneInfo _zone;
    private readonly WallClock _clock;

    private ViewerZone(TimeZoneInfo zone) => (_zone, _clock) = (zone, new WallClock(zone));

    /// <summary>As in <c>Europe/Berlin</c>.</summary>
    public string Name => _zone.Id;

    /// <summary>Of the request: the same object for all of a page.</summary>
    public static ViewerZone Of(HttpContext http)
    {
        if (http.Items[Cookie] is ViewerZone known)
            return known;
        var zone = Named(http.Request.Cookies[Cookie]);
        http.Items[Cookie] = zone;
        return zone;
    }

    /// <param name="name">Of anybody's making; null or no zone for the machine's own.</param>
    public static ViewerZone Named(string? name) => new(TimeZones.Find(name) ?? TimeZones.Find(TimeZoneInfo.Local.Id) ?? TimeZoneInfo.Utc);

    /// <summary>Noted by whatever shows a time, for the layout, which names the zone once on such a page.</summary>
    public static void NoteUse(HttpContext http) => http.Items[UsedKey] = true;

    public static bool IsUsed(HttpContext http) => http.Items.ContainsKey(UsedKey);

    /// <summary>The moment at which this day begins there, also where its midnight is skipped.</summary>
    public DateTimeOffset StartOf(DateOnly day) => Moments(day, TimeOnly.MinValue).First;

    /// <summary>The moment at which the clock there shows this time; the later one where it does so twice.</summary>
    public DateTimeOffset MomentOf(DateTime shown)
    {
        var (first, second) = Moments(DateOnly.FromDateTime(shown), TimeOnly.FromDateTime(shown));
        return second ?? first;
    }

    /// <summary>The moment at which this day is over there.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day < LastDay ? day.AddDays(1) : day);

    public DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(_clock.Show(moment));

    /// <summary>The days there from one to another.</summary>
    public DayGrid Days(DateOnly first, DateOnly last) => DayGrid.Of(first, last, StartOf);

    /// <summary>"27 Nov 02:15"; with its year where that is not the present one: "27 Nov 2025 02:15". site.js says the same.</summary>
    public string InWords(DateTimeOffset moment, DateTimeOffset now)
    {
        var shown = _clock.Show(moment);
        var format = shown.Year == _clock.Show(now).Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return shown.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>"27 Nov 2026 02:15:33 in Europe/Berlin, 01:15:33 UTC": for the tool tip. site.js says the same.</summary>
    public string Exact(DateTimeOffset moment)
    {
        const string day = "d MMM yyyy";
        var (here, utc) = (_clock.Show(moment), moment.UtcDateTime);
        var text = here.ToString($"{day} HH:mm:ss", CultureInfo.InvariantCulture) + " in " + Name;
        if (here == utc)
            return text;
        var format = here.Date == utc.Date ? "HH:mm:ss" : $"{day} HH:mm:ss";
        return $"{text}, {utc.ToString(format, CultureInfo.InvariantCulture)} UTC";
    }

    /// <summary>"Europe/Berlin, UTC+1": what a page says of its times. site.js says the same.</summary>
    public string NameWords(DateTimeOffset now) => OffsetWords(now) is var offset && offset == Name ? Name : $"{Name}, {offset}";

    /// <summary>"UTC+1", "UTC+5:30", "UTC": how far it is from UTC at that moment.</summary>
    public string OffsetWords(DateTimeOffset moment)
    {
        var offset = _zone.GetUtcOffset(moment);
        if (offset == TimeSpan.Zero)
            return "UTC";
        var (hours, minutes) = (Math.Abs((int)offset.TotalHours), Math.Abs(offset.Minutes));
        return $"UTC{(offset < TimeSpan.Zero ? "−" : "+")}{hours}{(minutes == 0 ? "" : $":{minutes:00}")}";
    }

    private (DateTimeOffset First, DateTimeOffset? Second) Moments(DateOnly day, TimeOnly time)
    {
        var known = day < FirstDay ? FirstDay : day > LastDay ? LastDay : day;
        return _clock.Moments(known.ToDateTime(time, DateTimeKind.Utc));
    }
}
