using BackupApp.Alerts;
using BackupApp.Alerts.Channels;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Network;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Alerts;

/// <summary>From the transaction that makes an alert true to a real receiver, over a real database and a clock that is moved.</summary>
public sealed partial class OutboxTests : IAsyncLifetime
{
    private readonly TestReceiver _receiver = new();
    private readonly Mail _mail = new();
    private readonly FakeTimeProvider _clock = new(Samples.Now);
    private readonly AlertHttp _http = new(Options.Create(new NetworkOptions()));
    private TestDatabase _database = null!;
    private Microsoft.Extensions.DependencyInjection.ServiceProvider _services = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var services = new ServiceCollection();
        services.AddDbContext<AppDbContext>(db => db.UseNpgsql(_database.ConnectionString));
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuditLog>();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton(_database.Secrets);
        services.AddSingleton<IAlertSender>(new WebhookSender(_http, _clock));
        services.AddSingleton<IAlertSender>(new SlackSender(_http));
        services.AddSingleton<IAlertSender>(_mail);
        services.AddScoped<Outbox>();
        services.AddScoped<Dispatcher>();
        services.AddLogging();
        services.AddOptions<PublicAddress>().Configure(a => a.PublicUrl = new Uri("https://backups.example.com"));
        _services = services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
        _receiver.Dispose();
        _http.Dispose();
    }

    [Fact]
    public async Task Five_hundred_alerts_within_a_minute_are_one_message_for_each_channel()
    {
        await AddChannelAsync("first");
        await AddChannelAsync("second");
        await WriteAsync([.. Enumerable.Range(0, 500).Select(n => Samples.Alert(name: $"db{n}"))]);
        await RoundAsync();
        Assert.Empty(_receiver.Requests);

        _clock.Advance(TimeSpan.FromSeconds(61));
        await RoundAsync();
        await RoundAsync();

        Assert.Equal(2, _receiver.Requests.Count);
        Assert.All(_receiver.Requests, r => Assert.Contains("\"count\":500", r.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_deleted_since_somebody_asked_to_send_it_is_not_found()
    {
        await using var scope = _services.CreateAsyncScope();
        var dispatcher = scope.ServiceProvider.GetRequiredService<Dispatcher>();

        await Assert.ThrowsAsync<NotFoundException>(() => dispatcher.SendNowAsync(Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task What_is_rolled_back_is_never_told()
    {
        await AddChannelAsync();
        await using (var scope = _services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
            await scope.ServiceProvider.GetRequiredService<Outbox>().WriteAsync([Samples.Alert()], Cancel);
            await db.SaveChangesAsync(Cancel);
        }

        _clock.Advance(TimeSpan.FromMinutes(2));
        await RoundAsync();

        Assert.Empty(_receiver.Requests);
    }

    [Fact]
    public async Task Two_processes_send_one_message()
    {
        await AddChannelAsync();
        await WriteAsync(Samples.Alert());
        _clock.Advance(TimeSpan.FromMinutes(2));

        await Task.WhenAll(RoundAsync(), RoundAsync(), RoundAsync());
        await Task.WhenAll(RoundAsync(), RoundAsync(), RoundAsync());

        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task A_receiver_that_is_down_for_two_hours_gets_it_once_it_is_back()
    {
        var channel = await AddChannelAsync();
        await WriteAsync(Samples.Alert());
        _receiver.Status = 503;
        for (var minutes = 0; minutes < 120; minutes++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await RoundAsync();
        }

        Assert.InRange(_receiver.Requests.Count, 10, 30);
        Assert.NotNull((await ChannelAsync(channel)).FailingSince);
        (_receiver.Status, var before) = (200, _receiver.Requests.Count);
        for (var minutes = 0; minutes < 60; minutes++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await RoundAsync();
        }

        Assert.Equal(before + 1, _receiver.Requests.Count);
        Assert.Single(_receiver.Requests.Select(r => r.Headers["webhook-id"]).Distinct());
        Assert.Null((await ChannelAsync(channel)).FailingSince);
        Assert.Equal(DeliveryStatus.Sent, Assert.Single(await DeliveriesAsync()).Status);
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_and_shown()
    {
        await AddChannelAsync();
        await WriteAsync(Samples.Alert());
        _receiver.Status = 500;
        for (var hours = 0; hours < 30; hours++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            await RoundAsync();
        }

        var delivery = Assert.Single(await DeliveriesAsync());
        Assert.Equal((DeliveryStatus.Failed, null), (delivery.Status, delivery.NextAttemptAt));
        Assert.StartsWith("HTTP 500", delivery.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_dies_between_commit_and_sending_leaves_it_to_the_next()
    {
        await AddChannelAsync();
        await WriteAsync(Samples.Alert());
        _clock.Advance(TimeSpan.FromMinutes(2));
        await ComposeAsync();
        // Taken, and never sent.
        await using (var db = _database.Open())
        {
            var until = _clock.GetUtcNow().AddMinutes(2);
            await db.Set<AlertDelivery>().ExecuteUpdateAsync(
                set => set.SetProperty(d => d.NextAttemptAt, until).SetProperty(d => d.Attempts, 1), Cancel);
        }

        await RoundAsync();
        Assert.Empty(_receiver.Requests);
        _clock.Advance(TimeSpan.FromMinutes(3));
        await RoundAsync();

        Assert.Single(_receiver.Requests);
    }

    [Fact]
    public async Task Secrets_are_in_no_row_and_no_audit_entry()
    {
        await AddChannelAsync();
        await using var db = _database.Open();

        var rows = await db.Database.SqlQuery<string>(
            $"""
            select (select string_agg(c::text, ' ') from alert_channels c)
                || (select coalesce(string_agg(a::text, ' '), '') from audit_log a) as "Value"
            """)
            .SingleAsync(Cancel);

        Assert.DoesNotContain("hook/secret", rows, StringComparison.Ordinal);
    }

    private async Task<Guid> AddChannelAsync(string name = "hook", TestReceiver? receiver = null)
    {
        await using var db = _database.Open();
        var input = new ChannelInput { Name = name, Kind = ChannelKind.Webhook, Url = (receiver ?? _receiver).Address + "hook/secret" };
        return (await Editor(db).CreateAsync(input, Cancel)).Channel.Id;
    }

    private async Task WriteAsync(params AlertEvent[] alerts)
    {
        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Outbox>().WriteAsync(alerts, Cancel);
        await scope.ServiceProvider.GetRequiredService<AppDbContext>().SaveChangesAsync(Cancel);
    }

    private async Task ComposeAsync()
    {
        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Outbox>().ComposeAsync(Cancel);
    }

    private async Task RoundAsync()
    {
        await ComposeAsync();
        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Dispatcher>().SendDueAsync(Cancel);
    }

    private async Task<AlertChannel> ChannelAsync(Guid id)
    {
        await using var db = _database.Open();
        return await db.Set<AlertChannel>().SingleAsync(c => c.Id == id, Cancel);
    }

    private async Task<List<AlertDelivery>> DeliveriesAsync()
    {
        await using var db = _database.Open();
        return await db.Set<AlertDelivery>().ToListAsync(Cancel);
    }
}
