using BackupApp.Alerts;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

public sealed class AlertTextsTests
{
    [Theory]
    [InlineData(IncidentKind.Unprotected, AlertUrgency.Now)]
    [InlineData(IncidentKind.Damaged, AlertUrgency.Now)]
    [InlineData(IncidentKind.Overdue, AlertUrgency.Now)]
    [InlineData(IncidentKind.Failing, AlertUrgency.Morning)]
    [InlineData(IncidentKind.Unscheduled, AlertUrgency.Morning)]
    [InlineData(IncidentKind.Paused, AlertUrgency.Morning)]
    [InlineData(IncidentKind.AtRisk, AlertUrgency.Morning)]
    [InlineData(IncidentKind.SchedulerDead, AlertUrgency.Now)]
    [InlineData(IncidentKind.DiskLow, AlertUrgency.Now)]
    [InlineData(IncidentKind.ChannelFailed, AlertUrgency.Now)]
    [InlineData(IncidentKind.QueueDead, AlertUrgency.Now)]
    [InlineData(IncidentKind.MasterKey, AlertUrgency.Now)]
    [InlineData(IncidentKind.SignInSecurity, AlertUrgency.Now)]
    [InlineData(IncidentKind.RestoreFailed, AlertUrgency.Soon)]
    [InlineData(IncidentKind.RestoreEnded, AlertUrgency.Soon)]
    public void When_people_want_to_know_it(IncidentKind kind, AlertUrgency urgency) => Assert.Equal(urgency, AlertTexts.Urgency(kind));

    [Fact]
    public void What_a_channel_does_is_told_by_the_others()
    {
        var channel = Guid.CreateVersion7();
        var (subject, now) = ($"channel/{channel}", DateTimeOffset.UnixEpoch);
        var trouble = new Trouble(subject, "ops", IncidentKind.ChannelFailed, subject, "HTTP 503", TargetId: channel);

        var alert = AlertTexts.Of(new(NoticeKind.Begin, Incident.Begin(trouble, now)), now);

        Assert.Equal((channel, "/Channels"), (alert.ExceptChannelId, alert.Path));
    }
}
