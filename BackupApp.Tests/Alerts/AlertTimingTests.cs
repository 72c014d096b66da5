using System.Globalization;
using BackupApp.Alerts;

namespace BackupApp.Tests.Alerts;

public sealed class AlertTimingTests
{
    [Theory]
    [InlineData("2026-11-26 12:00", "overdue", "prod", AlertWhat.Begin, "2026-11-26 12:01")]
    [InlineData("2026-11-26 23:30", "overdue", "test", AlertWhat.Begin, "2026-11-26 23:31")] // through quiet hours
    [InlineData("2026-11-26 23:30", "overdue", "prod", AlertWhat.Reminder, "2026-11-26 23:31")]
    [InlineData("2026-11-26 23:30", "overdue", "prod", AlertWhat.End, "2026-11-27 06:00")] // good news can wait
    [InlineData("2026-11-26 12:00", "failing", "prod", AlertWhat.Begin, "2026-11-26 12:01")]
    [InlineData("2026-11-26 23:30", "failing", "prod", AlertWhat.Begin, "2026-11-27 06:00")]
    [InlineData("2026-11-26 02:00", "failing", "prod", AlertWhat.Begin, "2026-11-26 06:00")]
    [InlineData("2026-11-26 12:00", "failing", "test", AlertWhat.Begin, "2026-11-27 07:00")] // 08:00 in Prague
    [InlineData("2026-11-26 02:00", "failing", "test", AlertWhat.Begin, "2026-11-26 07:00")]
    [InlineData("2026-07-01 12:00", "failing", "test", AlertWhat.Begin, "2026-07-02 06:00")] // and in summer
    [InlineData("2026-03-28 12:00", "failing", "test", AlertWhat.Begin, "2026-03-29 06:00")] // over a clock change
    [InlineData("2026-11-26 23:30", "test", "prod", AlertWhat.Test, "2026-11-26 23:31")]
    public void A_channel_in_Prague_that_is_quiet_from_22_to_7_tells(
        string now, string kind, string environment, AlertWhat what, string due)
    {
        var rules = new ChannelRules { QuietFrom = 22 * 60, QuietUntil = 7 * 60, TimeZone = "Europe/Prague" };

        Assert.Equal(At(due), AlertTiming.DueAt(rules, Samples.Alert(kind, environment, what), At(now)));
    }

    [Fact]
    public void Without_quiet_hours_nothing_waits_but_the_digest()
    {
        var (rules, night) = (new ChannelRules(), At("2026-11-26 23:30"));

        Assert.Equal(night.AddMinutes(1), AlertTiming.DueAt(rules, Samples.Alert("failing", "prod"), night));
        Assert.Equal(At("2026-11-27 08:00"), AlertTiming.DueAt(rules, Samples.Alert("failing", "dev"), night));
    }

    [Theory]
    [InlineData("2026-11-30 06:59", "2026-11-23", "2026-11-23 07:00")] // 08:00 in Prague
    [InlineData("2026-11-30 07:00", "2026-11-30", "2026-11-30 07:00")]
    [InlineData("2026-12-06 23:30", "2026-11-30", "2026-11-30 07:00")] // there it is Monday already
    [InlineData("2026-03-30 06:00", "2026-03-30", "2026-03-30 06:00")] // the day after a clock change
    [InlineData("2026-07-01 12:00", "2026-06-29", "2026-06-29 06:00")]
    public void A_report_is_due_on_Monday_at_eight(string now, string monday, string at)
    {
        var due = AlertTiming.ReportDue(new ChannelRules { TimeZone = "Europe/Prague" }, At(now));

        Assert.Equal((DateOnly.Parse(monday, CultureInfo.InvariantCulture), At(at)), due);
    }

    [Theory]
    [InlineData("overdue", "prod", AlertWhat.Begin, true)]
    [InlineData("failing", "prod", AlertWhat.Begin, false)]
    [InlineData("overdue", "test", AlertWhat.Begin, false)]
    [InlineData("overdue", "prod", AlertWhat.End, false)]
    [InlineData("overdue", null, AlertWhat.Begin, true)]
    public void A_channel_takes_what_it_wants(string kind, string? environment, AlertWhat what, bool taken)
    {
        var rules = new ChannelRules { Kinds = ["overdue"], Environments = ["prod"], TellsEnd = false };

        Assert.Equal(taken, rules.Take(Samples.Alert(kind, environment, what)));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("team=shop", "", true)]
    [InlineData("team=crm", "", false)]
    [InlineData("team=crm,tier=1", "", true)]
    [InlineData("team=crm", "no source", true)]
    public void A_channel_takes_what_has_one_of_its_labels(string wanted, string about, bool taken)
    {
        var rules = new ChannelRules { Labels = wanted.Length == 0 ? [] : wanted.Split(',') };
        var alert = Samples.Alert(environment: about.Length == 0 ? "prod" : null) with { Labels = ["team=shop", "tier=1"] };

        Assert.Equal(taken, rules.Take(about.Length == 0 ? alert : alert with { Labels = [] }));
    }

    [Fact]
    public void What_a_policy_is_meant_for_counts_as_well()
    {
        var rules = new ChannelRules { Environments = ["prod"] };

        Assert.False(rules.Take(Samples.Alert(environment: "test")));
        Assert.True(rules.Take(Samples.Alert(environment: "test") with { Environments = ["test", "prod"] }));
    }

    [Fact]
    public void Of_a_restore_people_are_told_at_once_but_not_at_night()
    {
        var rules = new ChannelRules { QuietFrom = 22 * 60, QuietUntil = 7 * 60 };
        var alert = Samples.Alert("restore_ended", "test", AlertWhat.Event) with { Urgency = AlertUrgency.Soon };

        Assert.Equal(At("2026-11-26 12:01"), AlertTiming.DueAt(rules, alert, At("2026-11-26 12:00")));
        Assert.Equal(At("2026-11-27 07:00"), AlertTiming.DueAt(rules, alert, At("2026-11-26 23:30")));
        var security = alert with { Urgency = AlertUrgency.Now };
        Assert.Equal(At("2026-11-26 23:31"), AlertTiming.DueAt(rules, security, At("2026-11-26 23:30")));
    }

    private static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
