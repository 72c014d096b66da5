using BackupApp.Alerts;
using BackupApp.Audit;
using BackupApp.Protection;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Alerts;

public sealed partial class OutboxTests
{
    [Fact]
    public async Task A_receiver_that_is_gone_switches_its_channel_off_and_the_others_tell_it_at_once_until_somebody_edits_it()
    {
        var id = await AddChannelAsync();
        await SendAsync(410);

        var channel = await ChannelAsync(id);
        Assert.Equal((false, _clock.GetUtcNow()), (channel.IsEnabled, channel.SwitchedOffAt));
        var trouble = Assert.Single(await TroublesAsync());
        Assert.Equal(id, trouble.TargetId);
        Assert.Contains("it wants nothing any more, and it was switched off: HTTP 410", trouble.Reason, StringComparison.Ordinal);

        await EditAsync(id, input => input.IsEnabled = false);
        Assert.Empty(await TroublesAsync());
    }

    [Fact]
    public async Task Gone_is_what_a_webhook_says_elsewhere_it_is_a_failure_like_others()
    {
        var channel = AlertChannel.Create(ChannelKind.Slack, isContract: false, _clock.GetUtcNow());
        var secrets = new ChannelSecrets(_receiver.Address + "hook");
        channel.Change("slack", true, new ChannelSettings(), new ChannelRules(), secrets, isElsewhere: true, _database.Secrets);
        await using (var db = _database.Open())
        {
            db.Add(channel);
            await db.SaveChangesAsync(Cancel);
        }

        await SendAsync(410);
        var failing = await ChannelAsync(channel.Id);
        Assert.Equal((true, null, _clock.GetUtcNow()), (failing.IsEnabled, failing.SwitchedOffAt, failing.FailingSince));

        _receiver.Status = 200;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await RoundAsync();
        Assert.Equal(DeliveryStatus.Sent, Assert.Single(await DeliveriesAsync()).Status);
    }

    [Fact]
    public async Task Other_hours_leave_a_channel_tested_and_failing_and_another_place_does_not()
    {
        var id = await AddMailAsync();
        var tested = _clock.GetUtcNow();
        await using (var db = _database.Open())
        {
            await db.Set<AlertChannel>().Where(c => c.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(c => c.ConfirmedAt, tested).SetProperty(c => c.FailingSince, tested)
                    .SetProperty(c => c.LastError, "550"),
                Cancel);
        }

        await EditAsync(id, input => (input.To, input.QuietFrom, input.QuietUntil) = ("ops@example.com", "22:00", "06:00"));
        var edited = await ChannelAsync(id);
        Assert.Equal((tested, tested, 22 * 60), (edited.ConfirmedAt, edited.FailingSince, edited.Rules.QuietFrom));

        await EditAsync(id, input => input.To = "ops@example.com, boss@example.com");
        var moved = await ChannelAsync(id);
        Assert.Equal((null, null, null), (moved.ConfirmedAt, moved.FailingSince, moved.LastError));
    }

    [Fact]
    public async Task A_mail_goes_once_more_to_those_alone_who_were_put_off_and_that_is_no_trouble()
    {
        var id = await AddMailAsync();
        await WriteAsync(Samples.Alert());
        _mail.Answer = new(true, "ok") { Later = ["boss@example.com"] };
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();

        var waiting = Assert.Single(await DeliveriesAsync());
        Assert.Equal((DeliveryStatus.Pending, "boss@example.com"), (waiting.Status, Assert.Single(waiting.Message.OnlyTo)));
        _mail.Answer = new(false, "greylisted");
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();
        Assert.Equal((null, null), ((await ChannelAsync(id)).FailingSince, (await ChannelAsync(id)).LastError));

        _mail.Answer = new(true, "ok");
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();

        Assert.Equal(["", "boss@example.com", "boss@example.com"], _mail.OnlyTo.Select(to => string.Join(',', to)));
        Assert.Equal(DeliveryStatus.Sent, Assert.Single(await DeliveriesAsync()).Status);
        Assert.Empty(await TroublesAsync());
    }

    [Fact]
    public async Task Whom_a_mail_never_reaches_is_told_by_the_others_until_one_reaches_everybody()
    {
        var id = await AddMailAsync();
        await WriteAsync(Samples.Alert());
        _mail.Answer = new(true, "ok") { Refused = "Not taken for boss@example.com (no such user)." };
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();

        Assert.Equal(DeliveryStatus.Sent, Assert.Single(await DeliveriesAsync()).Status);
        Assert.Equal(
            (null, "It does not reach everybody: Not taken for boss@example.com (no such user)."),
            ((await ChannelAsync(id)).FailingSince, Assert.Single(await TroublesAsync()).Reason));

        _mail.Answer = new(true, "ok");
        _clock.Advance(TimeSpan.FromMinutes(20));
        await WriteAsync(Samples.Alert());
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();
        Assert.Empty(await TroublesAsync());
    }

    [Fact]
    public async Task What_is_over_before_its_begin_was_told_is_told_after_it()
    {
        await AddChannelAsync();
        await WriteAsync(Samples.Alert(name: "a") with { Cause = "destination/1" });
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();
        var held = Samples.Alert(name: "b") with { Cause = "destination/1" };
        await WriteAsync(held);
        _clock.Advance(TimeSpan.FromMinutes(5));
        await WriteAsync(held with { What = AlertWhat.End });
        _clock.Advance(TimeSpan.FromMinutes(5));
        await RoundAsync();
        Assert.Single(_receiver.Requests);

        _clock.Advance(TimeSpan.FromMinutes(4));
        await RoundAsync();

        var message = (await DeliveriesAsync()).OrderBy(d => d.CreatedAt).Last().Message;
        Assert.Equal([AlertWhat.Begin, AlertWhat.End], message.Alerts.Select(a => a.What));
        Assert.Equal(2, _receiver.Requests.Count);
    }

    private async Task SendAsync(int status)
    {
        await WriteAsync(Samples.Alert());
        _receiver.Status = status;
        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();
    }

    private async Task<Guid> AddMailAsync()
    {
        await using var db = _database.Open();
        var input = new ChannelInput { Name = "mail", Kind = ChannelKind.Email, To = "ops@example.com" };
        return (await Editor(db).CreateAsync(input, Cancel)).Channel.Id;
    }

    private async Task EditAsync(Guid id, Action<ChannelInput> change)
    {
        await using var db = _database.Open();
        var channel = await db.Set<AlertChannel>().AsNoTracking().SingleAsync(c => c.Id == id, Cancel);
        var input = new ChannelInput { Name = channel.Name, IsEnabled = true };
        change(input);
        await Editor(db).UpdateAsync(id, channel.Version, input, Cancel);
    }

    private async Task<IReadOnlyList<Trouble>> TroublesAsync()
    {
        await using var db = _database.Open();
        return await new ChannelTroubles(db, _clock).FindAsync(Cancel);
    }

    private ChannelEditor Editor(BackupApp.Data.AppDbContext db) =>
        new(db, new AuditLog(db, new CurrentActor()), _database.Secrets, _clock);

    private sealed class Mail : IAlertSender
    {
        public ChannelKind Kind => ChannelKind.Email;

        public ChannelAnswer Answer { get; set; } = new(true, "ok");

        public List<IReadOnlyList<string>> OnlyTo { get; } = [];

        public Task<ChannelAnswer> SendAsync(
            AlertChannel channel, ChannelSecrets secrets, AlertMessage message, CancellationToken cancellationToken)
        {
            OnlyTo.Add(message.OnlyTo);
            return Task.FromResult(Answer);
        }
    }
}
