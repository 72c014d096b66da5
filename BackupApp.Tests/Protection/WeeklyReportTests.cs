using BackupApp.Protection.Weekly;

namespace BackupApp.Tests.Protection;

/// <summary>What the weekly report says, by what there is.</summary>
public sealed class WeeklyReportTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 30, 7, 0, 0, TimeSpan.Zero);
    private static readonly Guid Shop = Guid.CreateVersion7();

    [Theory]
    [InlineData("", "Weekly report: there are no data sources")]
    [InlineData("Protected", "Weekly report: nothing needs attention, 1 data source")]
    [InlineData("Protected Protected", "Weekly report: nothing needs attention, 2 data sources")]
    [InlineData("Overdue Protected", "Weekly report: 1 of 2 data sources needs attention")]
    [InlineData("Overdue Failing Protected", "Weekly report: 2 of 3 data sources need attention")]
    public void The_title_says_how_many_need_attention(string states, string expected)
    {
        var sources = states.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((s, n) => Source($"db{n}", s));

        Assert.Equal(expected, WeekInWords.Compose(Facts([.. sources]), null, []).Title);
    }

    [Fact]
    public void What_needs_attention_comes_first_with_the_thing_to_do()
    {
        var report = WeekInWords.Compose(Facts(Source("shop", "Overdue"), Source("crm", "Protected")), null, []);

        Assert.Equal("Needs attention", report.Sections[0].Title);
        Assert.Equal("shop (prod): Overdue. It is so. To do: Run now.", Assert.Single(report.Sections[0].Lines));
    }

    /// <summary>A week ago and now as name and state; what is said of it.</summary>
    public static TheoryData<string, string, string> Weeks => new()
    {
        { "shop:Protected", "shop:Protected", "" },
        { "shop:Protected", "shop:Overdue", "shop (prod): Protected → Overdue." },
        { "shop:Overdue", "shop:Protected", "shop (prod): Overdue → Protected." },
        { "", "shop:Protected", "New: shop (prod), Protected." },
        { "shop:Protected", "", "Gone: shop (prod)." },
        {
            "shop:Protected crm:Failing", "shop:Failing erp:Protected",
            "New: erp (prod), Protected. Gone: crm (prod). shop (prod): Protected → Failing."
        },
    };

    [Theory]
    [MemberData(nameof(Weeks))]
    public void Changes_are_new_gone_and_states(string before, string now, string expected)
    {
        var ids = new Dictionary<string, Guid>();
        var old = Each(before).Select(s => new SnapshotSource(Id(s.Name), s.Name, "prod", s.State, 100)).ToList();
        var sources = Each(now).Select(s => Source(s.Name, s.State) with { Id = Id(s.Name) }).ToArray();

        var lines = WeekInWords.Compose(Facts(sources), old, []).Sections[1].Lines.Skip(1);

        Assert.Equal(expected, string.Join(' ', lines));

        Guid Id(string name) => ids.TryGetValue(name, out var id) ? id : ids[name] = Guid.CreateVersion7();
    }

    [Theory]
    [InlineData(0, 0, "No backup ran.")]
    [InlineData(1234, 0, "1,234 backups went well, none failed.")]
    [InlineData(5, 2, "5 backups went well, 2 failed.")]
    public void Runs_of_the_week_are_counted(int good, int bad, string expected) =>
        Assert.Equal(expected, WeekInWords.Compose(Facts() with { Good = good, Bad = bad }, null, []).Sections[1].Lines[0]);

    [Theory]
    [InlineData(100L, 150L, "+50 %")]
    [InlineData(200L, 150L, "-25 %")]
    [InlineData(150L, 150L, "0 %")]
    [InlineData(null, 150L, "–")]
    [InlineData(150L, null, "–")]
    public void Each_source_is_a_line_with_its_growth(long? before, long? now, string expected)
    {
        var source = Source("shop", "Protected") with { Id = Shop, Bytes = now };

        var row = Assert.Single(
            WeekInWords.Compose(Facts(source), [new SnapshotSource(Shop, "shop", "prod", "Protected", before)], []).Sections[2].Rows);

        Assert.Equal(["shop (prod)", "Protected", "29 Nov 2026 02:15 UTC", now is null ? "–" : "150 bytes", expected], row);
    }

    /// <summary>GiB now, a week and four weeks ago and free; what is forecast, and when the disk is full.</summary>
    [Theory]
    [InlineData(10, 9, 6, 100, "+1.0 GiB", "14.0 GiB", "in 100 weeks")]
    [InlineData(10, 8, null, null, "+2.0 GiB", "18.0 GiB", "–")]
    [InlineData(10, null, null, 50, "–", "–", "50.0 GiB free")]
    [InlineData(10, 12, 14, 50, "-1.0 GiB", "6.0 GiB", "50.0 GiB free")]
    [InlineData(1, 4, 21, 50, "-5.0 GiB", "0 bytes", "50.0 GiB free")]
    [InlineData(10, 10, 10, 50, "+0 bytes", "10.0 GiB", "50.0 GiB free")]
    public void Storage_is_forecast_from_the_last_four_weeks(
        int now, int? week, int? month, int? free, string growth, string forecast, string full)
    {
        var destination = new ReportDestination("Server storage", Gib(now)!.Value, Gib(week), Gib(month), Gib(free));

        var row = Assert.Single(WeekInWords.Compose(Facts() with { Destinations = [destination] }, null, []).Sections[3].Rows);

        Assert.Equal(["Server storage", $"{now}.0 GiB", growth, forecast, full], row);
    }

    [Fact]
    public void A_disk_that_is_full_soon_needs_attention()
    {
        var destination = new ReportDestination("Server storage", Gib(10)!.Value, Gib(8), null, Gib(7));

        var facts = Facts(Source("shop", "Protected")) with { Destinations = [destination] };
        var lines = WeekInWords.Compose(facts, null, []).Sections[0].Lines;

        Assert.Equal("Server storage is full in about 3 weeks: make room, or keep backups for less long.", Assert.Single(lines));
    }

    [Fact]
    public void A_channel_of_some_environments_reads_of_those()
    {
        var report = WeekInWords.Compose(
            Facts(Source("shop", "Overdue"), Source("play", "Overdue") with { Environment = "dev" }), [], ["prod"]);

        Assert.Equal("Weekly report: 1 of 1 data sources needs attention", report.Title);
        Assert.DoesNotContain("play", ReportLetter.Of(report).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_letter_is_text_and_HTML_and_no_name_is_markup()
    {
        var letter = ReportLetter.Of(WeekInWords.Compose(Facts(Source("shop <b>&\r\nx", "Overdue")), null, []));

        Assert.Contains("* shop <b>& x (prod): Overdue · newest good backup 29 Nov 2026 02:15 UTC", letter.Text, StringComparison.Ordinal);
        Assert.Contains("<td style=", letter.Html, StringComparison.Ordinal);
        Assert.Contains("shop &lt;b&gt;&amp;", letter.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", letter.Html, StringComparison.Ordinal);
    }

    private static ReportFacts Facts(params ReportSource[] sources) => new(Now, sources, [], 0, 0);

    private static ReportSource Source(string name, string state) => new(
        Guid.CreateVersion7(), name, "prod", state, state != "Protected", "It is so.", "Run now",
        new DateTimeOffset(2026, 11, 29, 2, 15, 0, TimeSpan.Zero), 150);

    private static IEnumerable<(string Name, string State)> Each(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => (s.Split(':')[0], s.Split(':')[1]));

    private static long? Gib(int? number) => number is { } n ? (long)n << 30 : null;
}
