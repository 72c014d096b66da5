using System.Globalization;
using BackupApp.Backups;
using BackupApp.Hosting;
using BackupApp.Tests.Policies;
using Microsoft.Extensions.Options;

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
        var reader = new MetricsReader(db, Rows.Reader(bench, db), new WorkMetrics(db), bench.Clock);
        return await reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    private static double Value(string text, string metric, Guid source) => double.Parse(
        text.Split('\n').Where(l => l.StartsWith($"{metric}{{", StringComparison.Ordinal))
            .Single(l => l.Contains($"{source}", StringComparison.Ordinal)).Split("} ")[1],
        CultureInfo.InvariantCulture);
}
