using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Pings;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Alerts;

/// <summary>Of two people who change one channel, or the installation's ping, the second is told.</summary>
public sealed class AtTheSameTimeTests(PolicyBench bench) : IClassFixture<PolicyBench>
{
    private Guid _channel;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("rotate", "rotate")]
    [InlineData("rotate", "delete")]
    [InlineData("delete", "rotate")]
    [InlineData("ping", "ping")]
    public async Task The_second_is_told(string one, string other)
    {
        await bench.RequireAsync();
        await using (var db = bench.Database())
            _channel = (await Editor(db).CreateAsync(Webhook(), Cancel)).Channel.Id;
        await using var first = bench.Database();
        await using var transaction = await first.Database.BeginTransactionAsync(Cancel);
        await ActAsync(first, one);
        await using var second = bench.Database();

        var acting = ActAsync(second, other);
        await Until.TrueAsync(bench.WaitsAsync, "the second waits for the first");
        await transaction.CommitAsync(Cancel);

        await Assert.ThrowsAsync<ConflictException>(() => acting);
    }

    private Task ActAsync(AppDbContext db, string what) => what switch
    {
        "rotate" => Editor(db).RotateAsync(_channel, Cancel),
        "delete" => Editor(db).DeleteAsync(_channel, Cancel),
        _ => bench.Pings(db).SetInstallationAsync(new PingInput { Url = "https://example.com/ping" }, Cancel),
    };

    private static ChannelInput Webhook() =>
        new() { Name = $"channel {Guid.NewGuid():N}", Kind = ChannelKind.Webhook, Url = "https://example.com/alerts" };

    private ChannelEditor Editor(AppDbContext db) => new(db, PolicyBench.Log(db), bench.Secrets, bench.Clock);
}
