using BackupApp.Pages.Ui;

namespace BackupApp.Tests.Pages;

public sealed class ViewerZoneTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Europe/Berlin", "Europe/Berlin")]
    [InlineData("europe/berlin", "Europe/Berlin")]
    public void The_zone_is_the_one_that_the_browser_names(string cookie, string name) =>
        Assert.Equal(name, ViewerZone.Named(cookie).Name, ignoreCase: true);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("<script>")]
    [InlineData("right/UTC")]
    public void What_is_no_zone_is_the_machines_own(string? cookie) =>
        Assert.Equal(ViewerZone.Named(TimeZoneInfo.Local.Id).Name, ViewerZone.Named(cookie).Name);

    [Theory]
    [InlineData("UTC", "2026-11-27T01:15:33Z", "27 Nov 01:15", "27 Nov 2026 01:15:33 in UTC")]
    [InlineData("Europe/Berlin", "2026-11-27T01:15:33Z", "27 Nov 02:15", "27 Nov 2026 02:15:33 in Europe/Berlin, 01:15:33 UTC")]
    [InlineData("Europe/Berlin", "2026-07-27T01:15:33Z", "27 Jul 03:15", "27 Jul 2026 03:15:33 in Europe/Berlin, 01:15:33 UTC")]
    [InlineData(
        "America/New_York", "2026-01-01T02:00:00Z", "31 Dec 2025 21:00",
        "31 Dec 2025 21:00:00 in America/New_York, 1 Jan 2026 02:00:00 UTC")]
    public void A_moment_is_short_in_a_list_and_exact_in_its_tool_tip(string zone, string moment, string shown, string exact)
    {
        var at = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(shown, ViewerZone.Named(zone).InWords(at, Now));
        Assert.Equal(exact, ViewerZone.Named(zone).Exact(at));
    }

    [Theory]
    [InlineData("UTC", "2026-11-27", "2026-11-27T00:00:00Z", "2026-11-28T00:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-27", "2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z")]
    // A day of 23 hours, one of 25, and one that begins at one o'clock because midnight is skipped.
    [InlineData("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]
    [InlineData("Asia/Beirut", "2024-03-31", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-27", "2026-11-26T18:30:00Z", "2026-11-27T18:30:00Z")]
    public void A_day_of_a_filter_is_the_viewers_day(string zone, string day, string start, string end)
    {
        var viewer = ViewerZone.Named(zone);
        var date = DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(start, Text(viewer.StartOf(date)));
        Assert.Equal(end, Text(viewer.EndOf(date)));
        Assert.Equal(date, viewer.DayOf(viewer.StartOf(date)));
    }

    [Theory]
    [InlineData("UTC", "2026-11-27T02:15", "2026-11-27T02:15:00Z")]
    [InlineData("Europe/Berlin", "2026-11-27T02:15", "2026-11-27T01:15:00Z")]
    // An hour that comes twice, one that does not come at all, and the ends of the calendar.
    [InlineData("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T01:30:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00:00Z")]
    [InlineData("Asia/Kolkata", "0001-01-01T00:00", "1999-12-31T18:30:00Z")]
    [InlineData("America/New_York", "9999-12-31T23:59", "9000-01-01T04:59:00Z")]
    public void A_time_that_the_viewer_types_is_the_last_moment_at_which_their_clock_shows_it(string zone, string typed, string moment) =>
        Assert.Equal(
            moment,
            Text(ViewerZone.Named(zone).MomentOf(DateTime.Parse(typed, System.Globalization.CultureInfo.InvariantCulture))));

    private static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void The_ends_of_the_calendar_are_days_like_others()
    {
        foreach (var zone in (string[])["UTC", "Pacific/Kiritimati", "Pacific/Niue"])
        {
            var viewer = ViewerZone.Named(zone);
            Assert.True(viewer.StartOf(DateOnly.MinValue) < Now);
            Assert.True(viewer.EndOf(DateOnly.MaxValue) > Now);
        }
    }

    [Theory]
    [InlineData("UTC", "UTC")]
    [InlineData("Europe/Berlin", "UTC+1")]
    [InlineData("America/New_York", "UTC−5")]
    [InlineData("Asia/Kolkata", "UTC+5:30")]
    public void The_offset_is_told_in_words(string zone, string words) => Assert.Equal(words, ViewerZone.Named(zone).OffsetWords(Now));
}
