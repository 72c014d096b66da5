using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Protection.Weekly;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Protection;

/// <summary>The weekly report from real rows into the outbox. The bench's clock begins on Monday, 23 November 2026, at noon UTC.</summary>
public sealed class WeeklyRoundTests : IAsyncLifetime
{
    private readonly PolicyBench _bench = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _bench.RequireAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_channel_gets_it_on_Monday_at_eight_on_its_own_clock_once_whatever_the_number_of_processes()
    {
        var source = await Rows.AttachedAsync(_bench);
        await Rows.GoodAsync(_bench, source, _bench.Clock.GetUtcNow().AddHours(-3));
        var prague = await AddAsync("prague", "Europe/Prague");
        var sydney = await AddAsync("sydney", "Australia/Sydney");
        await AddAsync("without", "UTC", weekly: false);
        await RoundsAsync();
        // It was Monday when they were made: that week is nobody's.
        Assert.Empty(await MadeAsync());

        await GoToAsync(new DateTimeOffset(2026, 11, 29, 20, 59, 0, TimeSpan.Zero));
        Assert.Empty(await MadeAsync());
        await GoToAsync(new DateTimeOffset(2026, 11, 29, 21, 0, 0, TimeSpan.Zero));
        Assert.Equal([sydney], (await MadeAsync()).Select(d => d.ChannelId));
        await GoToAsync(new DateTimeOffset(2026, 11, 30, 6, 59, 0, TimeSpan.Zero));
        Assert.Single(await MadeAsync());
        await GoToAsync(new DateTimeOffset(2026, 11, 30, 7, 0, 0, TimeSpan.Zero));
        await GoToAsync(new DateTimeOffset(2026, 11, 30, 9, 0, 0, TimeSpan.Zero));

        var made = await MadeAsync();
        Assert.Equal([sydney, prague], made.Select(d => d.ChannelId));
        Assert.All(made, d => Assert.Equal(new DateOnly(2026, 11, 30), d.ReportWeek));
        var letter = made[1].Message.Letter!;
        Assert.Contains("This is the first report", letter.Text, StringComparison.Ordinal);
        Assert.Contains("Server storage: 5 bytes", letter.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_one_says_what_changed()
    {
        var source = await Rows.AttachedAsync(_bench);
        await Rows.GoodAsync(_bench, source, _bench.Clock.GetUtcNow());
        await AddAsync("mail", "UTC");
        await GoToAsync(new DateTimeOffset(2026, 11, 30, 8, 0, 0, TimeSpan.Zero));
        await Rows.GoodAsync(_bench, source, new DateTimeOffset(2026, 12, 7, 2, 15, 0, TimeSpan.Zero));
        var second = await Rows.AttachedAsync(_bench);

        await GoToAsync(new DateTimeOffset(2026, 12, 7, 8, 0, 0, TimeSpan.Zero));

        var made = await MadeAsync();
        Assert.Equal(2, made.Count);
        var name = await NameAsync(source);
        Assert.Contains($"{name} (test): Overdue → Protected.", made[1].Message.Letter!.Text, StringComparison.Ordinal);
        Assert.Contains($"New: {await NameAsync(second)} (test)", made[1].Message.Letter!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_downtime_of_hours_it_comes_late_and_after_one_of_days_not_at_all()
    {
        await AddAsync("mail", "UTC");
        await GoToAsync(new DateTimeOffset(2026, 11, 30, 21, 0, 0, TimeSpan.Zero));
        Assert.Single(await MadeAsync());

        await GoToAsync(new DateTimeOffset(2026, 12, 8, 9, 0, 0, TimeSpan.Zero));
        Assert.Single(await MadeAsync());
    }

    private async Task<Guid> AddAsync(string name, string zone, bool weekly = true)
    {
        await using var db = _bench.Database();
        var editor = new ChannelEditor(db, PolicyBench.Log(db), _bench.Secrets, _bench.Clock);
        var input = new ChannelInput
        {
            Name = name,
            Kind = ChannelKind.Email,
            To = "ops@example.com",
            TimeZone = zone,
            WeeklyReport = weekly,
        };
        return (await editor.CreateAsync(input, Cancel)).Channel.Id;
    }

    private async Task GoToAsync(DateTimeOffset moment)
    {
        _bench.Clock.Advance(moment - _bench.Clock.GetUtcNow());
        await RoundsAsync();
    }

    private async Task RoundsAsync()
    {
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RoundAsync()));
        await RoundAsync();
    }

    private async Task RoundAsync()
    {
        await using var db = _bench.Database();
        var stores = new ObjectStores(
            Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
            _bench.Secrets, NullLoggerFactory.Instance, _bench.Clock);
        var reader = new ReportReader(db, Rows.Reader(_bench, db), new StorageReader(db, stores), _bench.Clock);
        await new WeeklyRound(db, reader, new Outbox(db, Options.Create(new PublicAddress()), _bench.Clock), _bench.Clock).RunAsync(Cancel);
    }

    private async Task<List<AlertDelivery>> MadeAsync()
    {
        await using var db = _bench.Database();
        return await db.Set<AlertDelivery>().AsNoTracking().OrderBy(d => d.CreatedAt).ToListAsync(Cancel);
    }

    private async Task<string> NameAsync(Guid source)
    {
        await using var db = _bench.Database();
        return await db.Database.SqlQuery<string>($"select name as \"Value\" from data_sources where id = {source}").SingleAsync(Cancel);
    }
}
