using BackupApp.Alerts;
using BackupApp.Audit;
using BackupApp.Errors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Alerts;

public sealed partial class OutboxTests
{
    private readonly EphemeralDataProtectionProvider _links = new();

    [Fact]
    public async Task What_waits_for_a_channel_that_is_switched_off_is_closed_and_says_so_and_a_test_still_goes_out()
    {
        var id = await AddChannelAsync();
        await WriteAsync(Samples.Alert());
        await SwitchAsync(id, on: false);

        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();

        Assert.Empty(_receiver.Requests);
        var closed = Assert.Single(await DeliveriesAsync());
        Assert.Equal(
            (DeliveryStatus.Failed, null, 0, "Not sent: the channel is switched off."),
            (closed.Status, closed.NextAttemptAt, closed.Attempts, closed.Answer));
        Assert.True((await SendTestAsync(id)).Answer.Ok);
        Assert.Single(_receiver.Requests);
        await SwitchAsync(id, on: true);
        await RoundAsync();
        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task What_is_tried_again_is_closed_when_its_channel_is_switched_off_and_its_last_answer_stays_to_be_read()
    {
        var id = await AddChannelAsync();
        await SendAsync(503);
        Assert.Single(_receiver.Requests);
        await SwitchAsync(id, on: false);

        for (var minutes = 0; minutes < 30; minutes++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await RoundAsync();
        }

        Assert.Single(_receiver.Requests);
        var closed = Assert.Single(await DeliveriesAsync());
        Assert.Equal((DeliveryStatus.Failed, null), (closed.Status, closed.NextAttemptAt));
        Assert.StartsWith("Not sent: the channel is switched off. HTTP 503", closed.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_to_a_channel_that_is_off_is_tried_once_and_its_answer_is_what_the_other_side_said()
    {
        var id = await AddChannelAsync();
        await SwitchAsync(id, on: false);
        _receiver.Status = 500;

        Assert.False((await SendTestAsync(id)).Answer.Ok);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await RoundAsync();

        Assert.Single(_receiver.Requests);
        Assert.StartsWith("HTTP 500", Assert.Single(await DeliveriesAsync()).Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_arrived_is_confirmed_by_its_link_as_long_as_the_channel_leads_there()
    {
        var id = await AddMailAsync();
        var token = (await SendTestAsync(id)).Token;
        await EditAsync(id, input => (input.To, input.QuietFrom, input.QuietUntil) = ("ops@example.com", "22:00", "06:00"));
        await ReceivedAsync(tests => tests.ConfirmAsync(token, Cancel));
        Assert.Equal(_clock.GetUtcNow(), (await ChannelAsync(id)).ConfirmedAt);

        await EditAsync(id, input => input.To = "boss@example.com");
        var refused = await Assert.ThrowsAsync<ConflictException>(() => ReceivedAsync(tests => tests.ConfirmAsync(token, Cancel)));

        Assert.Equal("Since this test the channel mail leads elsewhere. Send another test, and follow its link.", refused.Message);
        Assert.Null((await ChannelAsync(id)).ConfirmedAt);
        await Assert.ThrowsAsync<ConflictException>(() => ReceivedAsync(tests => tests.FindAsync(token, Cancel)));
        await Assert.ThrowsAsync<NotFoundException>(() => ReceivedAsync(tests => tests.ConfirmAsync(token[1..], Cancel)));
    }

    [Fact]
    public async Task A_webhook_at_another_secret_path_of_the_same_host_is_another_place()
    {
        var id = await AddChannelAsync();
        var token = (await SendTestAsync(id)).Token;

        await EditAsync(id, input => input.Url = _receiver.Address + "hook/other");

        await Assert.ThrowsAsync<ConflictException>(() => ReceivedAsync(tests => tests.ConfirmAsync(token, Cancel)));
    }

    [Fact]
    public async Task Another_signing_secret_neither_switches_a_channel_on_nor_says_that_it_was()
    {
        var id = await AddChannelAsync();
        await SendAsync(410);
        await using (var db = _database.Open())
            await Editor(db).RotateAsync(id, Cancel);

        Assert.Equal((false, _clock.GetUtcNow()), ((await ChannelAsync(id)).IsEnabled, (await ChannelAsync(id)).SwitchedOffAt));
        Assert.Single(await TroublesAsync());
    }

    [Fact]
    public async Task Nobody_is_told_by_a_channel_that_it_fails_itself()
    {
        var (failing, other) = (await AddChannelAsync("failing"), await AddChannelAsync("other"));

        await WriteAsync(Samples.Alert("channel_failed") with { ExceptChannelId = failing });

        await using var db = _database.Open();
        Assert.Equal([other], await db.Set<AlertNotice>().Select(n => n.ChannelId).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Whoever_waits_for_what_an_unstable_state_silences_is_told_of_it()
    {
        var rules = new ChannelRules { Kinds = ["failing"] };
        var unstable = Samples.Alert("unstable");

        Assert.False(rules.Take(unstable));
        Assert.False(rules.Take(unstable with { Silences = ["at_risk"] }));
        Assert.True(rules.Take(unstable with { Silences = ["overdue", "failing", "at_risk"] }));
        // As it is kept while it waits.
        await AddChannelAsync();
        await WriteAsync(unstable with { Silences = ["failing"] });
        await using var db = _database.Open();
        Assert.Equal(["failing"], (await db.Set<AlertNotice>().AsNoTracking().SingleAsync(Cancel)).Event.Silences);
    }

    [Fact]
    public async Task What_is_due_and_nobody_tries_to_send_is_late_and_a_receiver_that_is_down_is_not()
    {
        await AddChannelAsync();
        Assert.Equal(TimeSpan.Zero, await LagAsync());
        await WriteAsync(Samples.Alert());
        Assert.Equal(TimeSpan.Zero, await LagAsync());
        _clock.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(TimeSpan.FromMinutes(6), await LagAsync());

        await ComposeAsync();
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(TimeSpan.FromMinutes(3), await LagAsync());

        _receiver.Status = 503;
        await RoundAsync();
        Assert.Equal(TimeSpan.Zero, await LagAsync());
    }

    private async Task<TimeSpan> LagAsync()
    {
        await using var db = _database.Open();
        return await new SenderLag(db, _clock).ReadAsync(Cancel);
    }

    private async Task SwitchAsync(Guid id, bool on)
    {
        await using var db = _database.Open();
        await db.Set<AlertChannel>().Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsEnabled, on), Cancel);
    }

    private async Task<(ChannelAnswer Answer, string Token)> SendTestAsync(Guid id)
    {
        var token = "";
        await using var scope = _services.CreateAsyncScope();
        var answer = await Tests(scope.ServiceProvider).SendAsync(
            id,
            path =>
            {
                token = path["/Received/".Length..];
                return $"https://backups.example.com{path}";
            },
            Cancel);
        return (answer, token);
    }

    private async Task ReceivedAsync(Func<ChannelTests, Task> act)
    {
        await using var scope = _services.CreateAsyncScope();
        await act(Tests(scope.ServiceProvider));
    }

    private ChannelTests Tests(IServiceProvider services)
    {
        var db = services.GetRequiredService<BackupApp.Data.AppDbContext>();
        return new(
            db, services.GetRequiredService<AuditLog>(), services.GetRequiredService<Outbox>(), services.GetRequiredService<Dispatcher>(),
            _database.Secrets, _links, _clock);
    }
}
