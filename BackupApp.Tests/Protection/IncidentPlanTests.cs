using BackupApp.DataSources;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

/// <summary>What becomes of troubles: incidents, and what people are told. Pure, over days that pass at once.</summary>
public sealed partial class IncidentPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);

    private readonly List<Incident> _all = [];
    private DateTimeOffset _now = Start;
    private IReadOnlyList<PlannedNotice> _last = [];

    [Fact]
    public void A_trouble_is_told_once_and_its_end()
    {
        Assert.Equal("begin overdue", Look(Overdue()));
        Assert.Equal("", Look(Overdue()));
        Assert.Equal("", Look(Overdue(), hours: 10));
        Assert.Equal("end overdue", Look(null, hours: 1));
        Assert.Equal("", Look(null));
    }

    [Fact]
    public void Reminders_come_after_one_day_three_and_then_every_seven()
    {
        Look(Overdue());

        var told = Enumerable.Range(1, 30).Where(_ => Look(Overdue(), hours: 24) == "reminder overdue").ToList();

        Assert.Equal([1, 3, 10, 17, 24], told);
    }

    [Fact]
    public void Nobody_is_reminded_of_what_is_known()
    {
        Look(Overdue());
        _all[0].Acknowledge(_now.AddDays(5), "ann", "the server is being moved");

        var told = Enumerable.Range(1, 8).Where(_ => Look(Overdue(), hours: 24) == "reminder overdue").ToList();

        Assert.Equal([5], told);
        Assert.Equal("end overdue", Look(null));
    }

    [Fact]
    public void What_gets_worse_is_told_and_what_it_was_before_ends_without_a_word()
    {
        Assert.Equal("begin failing", Look(Overdue() with { Kind = IncidentKind.Failing }));
        Assert.Equal("begin overdue", Look(Overdue(), hours: 12));
        Assert.Equal("end overdue", Look(null, hours: 1));
        Assert.Equal(2, _all.Count(i => i.EndedAt is not null));
    }

    [Fact]
    public void Of_a_paused_source_nothing_is_told_until_it_is_resumed()
    {
        Assert.Equal("", Look(Overdue() with { IsSilent = true }));
        Assert.Equal("", Look(Overdue() with { IsSilent = true }, hours: 100));
        Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
    }

    [Fact]
    public void What_nobody_was_told_of_ends_without_a_word()
    {
        Look(Overdue() with { IsSilent = true });

        Assert.Equal("", Look(null));
    }

    [Fact]
    public void A_pause_without_an_end_is_reminded_of_every_week()
    {
        var paused = Overdue() with { Kind = IncidentKind.Paused };
        Assert.Equal("", Look(paused));

        var told = Enumerable.Range(1, 22).Where(_ => Look(paused, hours: 24) == "reminder paused").ToList();

        Assert.Equal([7, 14, 21], told);
    }

    [Fact]
    public void More_than_three_flips_a_day_are_one_unstable_incident_until_a_day_of_calm()
    {
        for (var flip = 0; flip < 3; flip++)
        {
            Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
            Assert.Equal("end overdue", Look(null, hours: 1));
        }

        Assert.Equal("begin unstable", Look(Overdue(), hours: 1));
        Assert.Equal("", Look(null, hours: 1));
        Assert.Equal("", Look(Overdue(), hours: 1));
        Assert.Equal("", Look(null, hours: 1));
        Assert.Equal("end unstable", Look(null, hours: 25));
        Assert.Equal("begin overdue", Look(Overdue(), hours: 25));
    }

    [Fact]
    public void What_gets_lighter_is_told_with_what_is_left()
    {
        Look(Overdue());

        Assert.Equal("begin atrisk, end overdue", Look(Risk(), hours: 1));
        var end = AlertTexts.Of(_last[^1], _now);
        Assert.Equal("Recovered from overdue: shop (prod); now at risk", end.Title);
        Assert.Equal("It is over. It lasted 60 min. What is left: 30 MiB are left.", end.Text);
    }

    [Fact]
    public void A_pause_beside_a_trouble_takes_away_no_end_of_it()
    {
        LookAt([Overdue(), Paused()]);

        Assert.Equal("end overdue", LookAt([Paused()], hours: 1));
        Assert.Equal("Recovered from overdue: shop (prod); now paused", AlertTexts.Of(_last[^1], _now).Title);
    }

    [Fact]
    public void Reminders_count_from_when_people_were_told()
    {
        Look(Overdue() with { IsSilent = true });
        Assert.Equal("begin overdue", Look(Overdue(), hours: 100));

        Assert.Equal("", Look(Overdue(), hours: 23));
        Assert.Equal("reminder overdue", Look(Overdue(), hours: 1));
    }

    [Fact]
    public void A_clock_that_was_ahead_once_gives_no_grace_until_that_time()
    {
        var beat = WatchBeat.First(Start.AddDays(-1));
        beat.Beat(Start.AddDays(300));
        Assert.False(beat.IsFresh(Start));

        beat.Beat(Start);

        Assert.Equal((Start, Start + WatchBeat.Grace), (beat.At, beat.GraceUntil));
        beat.Beat(Start.AddMinutes(1));
        Assert.Equal(Start + WatchBeat.Grace, beat.GraceUntil);
        Assert.True(beat.IsFresh(Start.AddMinutes(1)));
    }

    [Fact]
    public void After_a_downtime_nothing_begins_before_it_was_made_up_for()
    {
        Assert.Equal("", Look(Overdue(), isGrace: true));
        Assert.Empty(_all);
        Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
    }

    [Fact]
    public void The_grace_is_of_downtimes_and_not_of_restarts()
    {
        var beat = WatchBeat.First(Start);
        Assert.Equal(Start + WatchBeat.Grace, beat.GraceUntil);

        for (var minutes = 0; minutes < 60; minutes += 4)
            beat.Beat(Start.AddMinutes(minutes));
        Assert.Equal(Start + WatchBeat.Grace, beat.GraceUntil);

        beat.Beat(Start.AddHours(3));
        Assert.Equal(Start.AddHours(3) + WatchBeat.Grace, beat.GraceUntil);
    }

    [Fact]
    public void An_incident_says_what_is_so_now()
    {
        Look(Overdue());
        Look(Overdue() with { Reason = "Two runs failed.", Name = "renamed" });

        Assert.Equal(("Two runs failed.", "renamed"), (_all[0].Reason, _all[0].Name));
    }

    private string Look(Trouble? trouble, double hours = 0, bool isGrace = false) =>
        LookAt(trouble is null ? [] : [trouble], hours, isGrace);

    private string LookAt(Trouble[] troubles, double hours = 0, bool isGrace = false)
    {
        _now = _now.AddHours(hours);
        var open = _all.Where(i => i.EndedAt is null).ToList();
        var begins = _all.Where(
            i => i.BeganAt > _now - IncidentPlan.FlipWindow && i.Kind is not (IncidentKind.Unstable or IncidentKind.Paused))
            .ToLookup(i => i.Subject, i => i.Kind);
        var plan = IncidentPlan.Make(open, troubles, begins, _now, isGrace);
        _last = plan.Notices;
        _all.AddRange(plan.Begun);
        return string.Join(", ", plan.Notices.Select(n => $"{n.Kind} {n.Incident.Kind}".ToLowerInvariant()));
    }

    private static Trouble Risk() => Overdue() with { Kind = IncidentKind.AtRisk, Reason = "30 MiB are left." };

    private static Trouble Failing() => Overdue() with { Kind = IncidentKind.Failing };

    private static Trouble Paused() => Overdue() with { Kind = IncidentKind.Paused };

    private static Trouble Overdue() => new(
        "source", "shop", IncidentKind.Overdue, "source", "Nothing has run.", ProtectionAction.RunNow, null, Guid.Empty,
        DataSourceEnvironment.Prod);
}
