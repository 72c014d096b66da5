using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Hosting;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static System.StringComparison;

namespace BackupApp.Tests.Protection;

public sealed class MetricsTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_source_has_its_age_size_state_and_time_left()
    {
        var source = await Rows.AttachedAsync(bench);
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddHours(-3));

        var text = await ReadAsync();

        Assert.Equal(3 * 3600, Value(text, "backupapp_source_newest_good_age_seconds", source));
        Assert.Equal(5, Value(text, "backupapp_source_newest_good_size_bytes", source));
        // Good at 09:00; due at 02:15 of the next day, and half a day and five minutes after that it breaks.
        Assert.Equal(TimeSpan.FromHours(26).TotalSeconds + (20 * 60), Value(text, "backupapp_source_promise_seconds", source));
        Assert.Contains(
            text.Split('\n'),
            l => l.StartsWith("backupapp_source_state{", StringComparison.Ordinal)
                && l.Contains($"source_id=\"{source}\"", StringComparison.Ordinal)
                && l.EndsWith("state=\"protected\",paused=\"false\"} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Jobs_of_the_last_day_have_their_waits_durations_and_destination_errors()
    {
        var source = await Rows.AttachedAsync(bench);
        var job = await Rows.JobAsync(bench, source, "failed", bench.Clock.GetUtcNow().AddHours(-1));
        await Rows.ExecuteAsync(
            bench,
            $"""
            update backup_jobs set created_at = created_at - interval '2 hours', finished_at = started_at + interval '3 hours',
                error_stage = 'store' where id = {job}
            """);

        var text = await ReadAsync();

        Assert.Equal(7200, Value(text, "backupapp_jobs_24h_wait_seconds_max"));
        Assert.Equal(3 * 3600, Value(text, "backupapp_jobs_24h_duration_seconds_max"));
        Assert.InRange(Value(text, "backupapp_jobs_24h_wait_seconds_mean"), 1, 7200);
        Assert.Equal(1, Value(text, "backupapp_destination_errors_24h", $"{StorageDestination.ManagedId}"));
    }

    [Fact]
    public async Task A_worker_has_its_slots_those_that_are_used_and_its_silence()
    {
        var source = await Rows.AttachedAsync(bench);
        var job = await Rows.JobAsync(bench, source, "running", bench.Clock.GetUtcNow());
        await Rows.ExecuteAsync(bench, $"update backup_jobs set worker_name = 'host/17', finished_at = null where id = {job}");
        await Rows.ExecuteAsync(
            bench,
            $$$"""
            insert into hangfire.server (id, data, lastheartbeat) values
                ('host:17:backups:3f2a', '{"WorkerCount": 4, "Queues": ["manual"]}', now() - interval '30 seconds'),
                ('host:17:control:3f2b', '{"WorkerCount": 3, "Queues": ["control"]}', now()) on conflict do nothing
            """);

        var text = await ReadAsync();

        Assert.Equal((4, 1), (Value(text, "backupapp_worker_slots", "host/17"), Value(text, "backupapp_worker_slots_used", "host/17")));
        Assert.InRange(Value(text, "backupapp_worker_silence_seconds", "host/17"), 30, 120);
    }

    [Fact]
    public async Task Deliveries_are_counted_by_kind_and_outcome()
    {
        await using (var db = bench.Database())
        {
            var channel = AlertChannel.Create(ChannelKind.Slack, isContract: false, bench.Clock.GetUtcNow());
            channel.Change($"{channel.Id}", true, new(), new(), new("https://example.com/x"), isElsewhere: true, bench.Secrets);
            db.Add(channel);
            for (var n = 0; n < 2; n++)
                db.Add(AlertDelivery.Create(channel.Id, id => new AlertMessage(id, "t", [], default, null), bench.Clock.GetUtcNow()));
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var text = await ReadAsync();

        Assert.Equal(2, Value(text, "backupapp_deliveries_24h", "kind=\"slack\",outcome=\"pending\""));
        Assert.Equal(0, Value(text, "backupapp_deliveries_24h", "kind=\"email\",outcome=\"failed\""));
    }

    [Fact]
    public async Task A_port_of_its_own_answers_with_the_metrics_and_nothing_else()
    {
        var services = new ServiceCollection();
        services.AddScoped(_ => bench.Database());
        services.AddScoped(provider => Reader(provider.GetRequiredService<AppDbContext>()));
        await using var provider = services.BuildServiceProvider();
        var options = new MetricsOptions { Port = FreePort(), Address = "127.0.0.1" };
        await using var port = new MetricsPort(
            provider.GetRequiredService<IServiceScopeFactory>(), Options.Create(options), NullLogger<MetricsPort>.Instance);
        await port.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{options.Port}") };

        using var metrics = await http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType?.ToString());
        Assert.Contains("backupapp_worker_slots", await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), Ordinal);
        foreach (var path in (string[])["/", "/health/backups", "/api/v1/datasources", "/metrics/x"])
        {
            using var other = await http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }

        using var post = await http.PostAsync("/metrics", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        await port.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0, "", "Port")]
    [InlineData(70000, "", "Port")]
    [InlineData(9090, "localhost", "Address")]
    [InlineData(9090, "127.0.0.1", null)]
    [InlineData(null, "", null)]
    public void Wrong_options_are_told(int? port, string address, string? wrong)
    {
        var options = new MetricsOptions { Port = port, Address = address };
        var results = new List<ValidationResult>();

        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);

        Assert.Equal(wrong is null ? [] : [wrong], results.SelectMany(r => r.MemberNames));
    }

    [Fact]
    public async Task Each_metric_is_described_once_and_each_line_has_a_value()
    {
        await Rows.AttachedAsync(bench);

        var lines = (await ReadAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var types = lines.Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        Assert.Equal(types.Distinct(), types);
        Assert.All(lines.Where(l => l[0] != '#'), l =>
        {
            Assert.Contains(l.Split('{', ' ')[0], types);
            var value = l[(l.LastIndexOf(' ') + 1)..];
            Assert.True(value == "+Inf" || double.TryParse(value, CultureInfo.InvariantCulture, out _), l);
        });
    }

    [Fact]
    public async Task Each_metric_that_the_shipped_rules_ask_for_is_there()
    {
        var rules = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "scripts/monitoring/alerts.yml"), TestContext.Current.CancellationToken);
        var asked = Regex.Matches(rules, "backupapp_[a-z0-9_]+").Select(m => m.Value).Distinct().ToList();

        var text = await ReadAsync();

        Assert.InRange(asked.Count, 7, 100);
        Assert.All(asked, name => Assert.Contains($"# TYPE {name} ", text, Ordinal));
    }

    [Fact]
    public async Task Alerts_that_nobody_sends_are_late()
    {
        Assert.Equal(0, Value(await ReadAsync(), "backupapp_alerts_late_seconds"));
        await using var db = bench.Database();
        var channel = AlertChannel.Create(ChannelKind.Slack, isContract: false, bench.Clock.GetUtcNow());
        channel.Change($"{channel.Id}", true, new(), new(), new("https://example.com/x"), isElsewhere: true, bench.Secrets);
        db.Add(channel);
        db.Add(AlertDelivery.Create(
            channel.Id, id => new AlertMessage(id, "t", [], default, null), bench.Clock.GetUtcNow().AddMinutes(-6)));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);

        Assert.Equal(360, Value(await ReadAsync(), "backupapp_alerts_late_seconds"));

        db.Remove(channel);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Names_cannot_break_out_of_a_label()
    {
        var text = new MetricsText();
        text.Value("m", 1, ("name", "a\"b\\c\nd"));

        Assert.Equal("m{name=\"a\\\"b\\\\c\\nd\"} 1\n", text.ToString());
    }

    [Fact]
    public void What_is_not_a_number_is_written_as_Prometheus_reads_it()
    {
        var text = new MetricsText();
        text.Value("m", double.PositiveInfinity);

        Assert.Equal("m +Inf\n", text.ToString());
    }

    private async Task<string> ReadAsync()
    {
        await using var db = bench.Database();
        return await Reader(db).ReadAsync(TestContext.Current.CancellationToken);
    }

    private MetricsReader Reader(AppDbContext db) => Rows.Metrics(bench, db);

    private static double Value(string text, string metric, Guid source) => Value(text, metric, $"{source}");

    private static double Value(string text, string metric, string label = "") => double.Parse(
        text.Split('\n').Where(l => l.StartsWith($"{metric}{{", Ordinal) || l.StartsWith($"{metric} ", Ordinal))
            .Single(l => l.Contains(label, StringComparison.Ordinal)).Split(' ')[^1],
        CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
