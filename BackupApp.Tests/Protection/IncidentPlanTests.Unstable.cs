using BackupApp.Alerts;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

public sealed partial class IncidentPlanTests
{
    [Fact]
    public void What_is_heavier_than_an_unstable_state_is_told_once_and_what_lasts_is_told_after_a_day_of_calm()
    {
        MakeUnstable();

        Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
        Assert.Equal("end overdue", Look(Risk()));
        Assert.Equal("", Look(Overdue(), hours: 1));
        Assert.Equal("", Look(Risk(), hours: 1));
        Assert.Equal("reminder unstable", Look(Risk(), hours: 23));
        Assert.Equal("end unstable, begin atrisk", Look(Risk(), hours: 1.1));
    }

    [Fact]
    public void Of_an_unstable_state_people_are_reminded_while_it_goes_on()
    {
        MakeUnstable();

        // Something begins every few hours.
        var told = Enumerable.Range(1, 20).Select(_ => Look(Failing(), hours: 4) + Look(Risk())).ToList();

        Assert.Equal(["reminder unstable", "reminder unstable"], told.Where(t => t.Length > 0));
        Assert.Contains("now: 30 MiB are left.", _all.Single(i => i.Kind == IncidentKind.Unstable).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_heavier_than_all_of_the_day_is_no_flip()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            Assert.Equal("begin atrisk", Look(Risk(), hours: 1));
            Assert.Equal("end atrisk", Look(null, hours: 1));
        }

        Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
        Assert.Equal("begin unstable, end overdue", Look(Risk(), hours: 1));
    }

    [Fact]
    public void An_unstable_incident_of_a_version_before_silences_nothing()
    {
        var unstable = Incident.Begin(Overdue() with { Kind = IncidentKind.Unstable }, _now.AddDays(-40));
        unstable.Tell(_now.AddDays(-40));
        _all.Add(unstable);

        Assert.Contains("begin overdue", Look(Overdue()), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unstable_state_wakes_nobody_whom_none_of_it_would_and_names_what_it_silences()
    {
        MakeUnstable();
        var failing = AlertTexts.Of(new(NoticeKind.Begin, _all.Single(i => i.Kind == IncidentKind.Unstable)), _now);
        Assert.Equal((AlertUrgency.Morning, "unstable"), (failing.Urgency, failing.Kind));
        Assert.Equal(["failing", "unscheduled", "at_risk"], failing.Silences);

        // What is heavier is told, and silenced from then on.
        Assert.Equal("begin overdue", Look(Overdue(), hours: 1));
        var overdue = AlertTexts.Of(new(NoticeKind.Reminder, _all.Single(i => i.Kind == IncidentKind.Unstable)), _now);
        Assert.Equal(AlertUrgency.Now, overdue.Urgency);
        Assert.Equal(["overdue", "failing", "unscheduled", "at_risk"], overdue.Silences);
        Assert.Empty(AlertTexts.Of(new(NoticeKind.Begin, _all[0]), _now).Silences);
    }

    private void MakeUnstable()
    {
        string[] told =
        [
            Look(Risk()), Look(Failing(), hours: 1), Look(Risk(), hours: 1), Look(Failing(), hours: 1), Look(Risk(), hours: 1),
        ];
        Assert.Equal(["begin atrisk", "begin failing", "begin atrisk, end failing", "begin unstable", ""], told);
    }
}
