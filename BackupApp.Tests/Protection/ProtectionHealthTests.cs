using System.Text.Json.Nodes;
using BackupApp.Alerts;
using BackupApp.Hosting;
using BackupApp.Tests.Policies;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Protection;

/// <summary>What <c>/health/backups</c> says to a monitor outside.</summary>
public sealed class ProtectionHealthTests : IAsyncLifetime
{
    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task It_is_well_while_every_promise_holds_and_somebody_looks()
    {
        var (status, body) = await AskAsync();
        Assert.Equal((503, "broken"), (status, Text(body, "status")));
        Assert.StartsWith("Nobody has looked at the protection yet.", Problem(body), StringComparison.Ordinal);

        var source = await Rows.AttachedAsync(_bench);
        await Rows.GoodAsync(_bench, source, Now.AddHours(-3));
        await Rounds.RunAsync(_bench);
        (status, body) = await AskAsync();
        Assert.Equal((200, "ok", 1), (status, Text(body, "status"), body["sources"]!.GetValue<int>()));
        Assert.Empty(body["problems"]!.AsArray());
        Assert.Empty(body["broken"]!.AsArray());

        _bench.Clock.Advance(TimeSpan.FromMinutes(6));
        (status, body) = await AskAsync();
        Assert.Equal(503, status);
        Assert.StartsWith(
            "Nobody has looked at the protection since 23 Nov 2026 12:00 UTC.", Problem(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_promise_is_named_with_its_reason_also_of_what_is_paused()
    {
        var (unprotected, overdue) = (await Rows.AttachedAsync(_bench), await Rows.AttachedAsync(_bench));
        await Rows.GoodAsync(_bench, overdue, Now.AddDays(-3));
        await Rows.ExecuteAsync(
            _bench, $"update data_sources set is_active = false, paused_at = {Now.AddDays(-1)} where id = {overdue}");
        await Rounds.RunAsync(_bench);

        var (status, body) = await AskAsync();

        Assert.Equal((503, "broken"), (status, Text(body, "status")));
        var broken = body["broken"]!.AsArray().ToDictionary(b => Guid.Parse(Text(b!, "id")), b => b!);
        Assert.Equal(("unprotected", false), (Text(broken[unprotected], "state"), broken[unprotected]["paused"]!.GetValue<bool>()));
        Assert.Equal(("overdue", true), (Text(broken[overdue], "state"), broken[overdue]["paused"]!.GetValue<bool>()));
        Assert.Equal("There is no good backup.", Text(broken[unprotected], "reason"));
        Assert.Empty(body["problems"]!.AsArray());
    }

    [Fact]
    public async Task Alerts_that_nobody_sends_are_no_good_sign_after_five_minutes()
    {
        await using (var db = _bench.Database())
        {
            var channel = AlertChannel.Create(ChannelKind.Slack, isContract: false, Now);
            channel.Change("slack", true, new(), new(), new("https://example.com/x"), isElsewhere: true, _bench.Secrets);
            db.Add(channel);
            db.Add(AlertDelivery.Create(channel.Id, id => new AlertMessage(id, "t", [], default, null), Now));
            await db.SaveChangesAsync(Cancel);
        }

        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await Rounds.RunAsync(_bench);
        Assert.Equal(200, (await AskAsync()).Status);

        _bench.Clock.Advance(TimeSpan.FromMinutes(1));
        var (status, body) = await AskAsync();

        Assert.Equal(503, status);
        Assert.Equal(
            "An alert has been due for 6 min, and nobody sends it. Look at the log, and restart BackupApp.", Problem(body));
    }

    private async Task<(int Status, JsonNode Body)> AskAsync()
    {
        await using var db = _bench.Database();
        var result = await ProtectionHealth.BackupsAsync(
            Rows.Reader(_bench, db), db, new SenderLag(db, _bench.Clock), _bench.Clock, Cancel);
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        await result.ExecuteAsync(context);
        body.Position = 0;
        return (context.Response.StatusCode, (await JsonNode.ParseAsync(body, cancellationToken: Cancel))!);
    }

    private static string Problem(JsonNode body) => Assert.Single(body["problems"]!.AsArray())!.GetValue<string>();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
