using System.Globalization;
using BackupApp.Data;

namespace BackupApp.Protection.Weekly;

/// <summary>A section: sentences, one a line, or rows below a head.</summary>
public sealed record ReportSection(string Title, IReadOnlyList<string> Lines)
{
    /// <summary>The names of the columns; empty where there are sentences.</summary>
    public IReadOnlyList<string> Head { get; init; } = [];

    public IReadOnlyList<IReadOnlyList<string>> Rows { get; init; } = [];
}

/// <summary>The weekly report: what needs attention, what changed, every source, and where storage is heading. A pure function.</summary>
public sealed record WeekInWords(string Title, IReadOnlyList<ReportSection> Sections)
{
    // A disk that is full before then has to be seen to now.
    private const int FullSoonWeeks = 8;

    /// <param name="before">How it was a week ago; null for the first report.</param>
    /// <param name="environments">Words of those that it is about; empty for all.</param>
    public static WeekInWords Compose(ReportFacts facts, IReadOnlyList<SnapshotSource>? before, IReadOnlyList<string> environments)
    {
        var sources = facts.Sources.Where(s => IsAbout(environments, s.Environment)).ToList();
        var old = before?.Where(s => IsAbout(environments, s.Environment)).ToList();
        var attention = NeedYou(sources, facts.Destinations);
        return new WeekInWords(
            TitleOf(sources),
            [
                new ReportSection("Needs attention", attention.Count > 0 ? attention : ["Nothing."]),
                new ReportSection("Since last week", [Runs(facts), .. Changes(sources, old)]),
                Sources(sources, old),
                Storage(facts.Destinations),
            ]);
    }

    private static bool IsAbout(IReadOnlyList<string> environments, string environment) =>
        environments.Count == 0 || environments.Contains(environment);

    private static string TitleOf(List<ReportSource> sources) => (sources.Count, sources.Count(s => s.NeedsAttention)) switch
    {
        (0, _) => "Weekly report: there are no data sources",
        (1, 0) => "Weekly report: nothing needs attention, 1 data source",
        (var all, 0) => $"Weekly report: nothing needs attention, {all} data sources",
        var (all, some) => $"Weekly report: {some} of {all} data sources {(some == 1 ? "needs" : "need")} attention",
    };

    private static List<string> NeedYou(List<ReportSource> sources, IReadOnlyList<ReportDestination> destinations) =>
    [
        .. sources.Where(s => s.NeedsAttention).Select(
            s => $"{s.Name} ({s.Environment}): {s.State}. {s.Reason}{(s.Action is null ? "" : $" To do: {s.Action}.")}"),
        .. destinations.Where(d => d.FullInWeeks < FullSoonWeeks).Select(
            d => Text($"{d.Name} is full in about {Math.Floor(d.FullInWeeks!.Value):0} weeks: make room, or keep backups for less long.")),
    ];

    private static string Runs(ReportFacts facts) => (facts.Good, facts.Bad) switch
    {
        (0, 0) => "No backup ran.",
        (var good, 0) => Text($"{good:N0} backups went well, none failed."),
        var (good, bad) => Text($"{good:N0} backups went well, {bad:N0} failed."),
    };

    private static IEnumerable<string> Changes(List<ReportSource> sources, List<SnapshotSource>? before)
    {
        if (before is null)
            return ["This is the first report: the next one says what changed."];
        var (old, now) = (before.ToDictionary(s => s.Id), sources.Select(s => s.Id).ToHashSet());
        return
        [
            .. sources.Where(s => !old.ContainsKey(s.Id)).Select(s => $"New: {s.Name} ({s.Environment}), {s.State}."),
            .. before.Where(s => !now.Contains(s.Id)).Select(s => $"Gone: {s.Name} ({s.Environment})."),
            .. sources.Where(s => old.TryGetValue(s.Id, out var was) && was.State != s.State).Select(
                s => $"{s.Name} ({s.Environment}): {old[s.Id].State} → {s.State}."),
        ];
    }

    private static ReportSection Sources(List<ReportSource> sources, List<SnapshotSource>? before)
    {
        var sizes = (before ?? []).ToDictionary(s => s.Id, s => s.Bytes);
        return new ReportSection("Data sources", sources.Count == 0 ? ["There are none."] : [])
        {
            Head = ["Data source", "State", "Newest good backup", "Size", "In a week"],
            Rows =
            [
                .. sources.Select(s => (string[])
                [
                    $"{s.Name} ({s.Environment})", s.State, s.NewestGood is { } at ? Ages.Moment(at) : "none",
                    s.Bytes is { } bytes ? ByteSize.Words(bytes) : "–", Grown(sizes.GetValueOrDefault(s.Id), s.Bytes),
                ]),
            ],
        };
    }

    private static ReportSection Storage(IReadOnlyList<ReportDestination> destinations) =>
        new("Storage", destinations.Count == 0 ? ["Nothing is stored anywhere."] : [])
        {
            Head = ["Destination", "Stored", "In a week", "Forecast in four weeks", "Full"],
            Rows =
            [
                .. destinations.Select(d => (string[])
                [
                    d.Name, ByteSize.Words(d.Now), Difference(d.Growth), d.InFourWeeks is { } then ? ByteSize.Words(then) : "–",
                    d switch
                    {
                        { FullInWeeks: { } weeks } => Text($"in {weeks:0} weeks"),
                        { Free: { } free } => $"{ByteSize.Words(free)} free",
                        _ => "–",
                    },
                ]),
            ],
        };

    private static string Grown(long? before, long? now) =>
        before is > 0 and var old && now is { } bytes ? Text($"{(bytes - old) / (double)old:+0 %;-0 %;0 %}") : "–";

    private static string Difference(double? growth) => growth switch
    {
        null => "–",
        < 0 => $"-{ByteSize.Words((long)-growth)}",
        _ => $"+{ByteSize.Words((long)growth)}",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
