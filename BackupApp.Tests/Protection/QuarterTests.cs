using BackupApp.Policies;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

/// <summary>
/// Fifty sources for a quarter, over both a clock change and weekends: with normal jitter nobody is told anything, and every real
/// gap is found.
/// </summary>
public sealed class QuarterTests
{
    private static readonly DateTimeOffset Begin = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (string Cron, string Zone, int Minutes)[] Kinds =
    [
        ("15 2 * * *", "Europe/Prague", 40), ("0 * * * *", "UTC", 45), ("30 22 * * 1-5", "America/New_York", 120),
        ("0 */4 * * *", "Asia/Tokyo", 20), ("30 3 * * 0", "Europe/Dublin", 300), ("*/15 * * * *", "UTC", 2),
        ("0 9-17 * * 1-5", "Europe/London", 5), ("45 2 * * *", "Australia/Lord_Howe", 60),
    ];

    public static TheoryData<int> Sources => [.. Enumerable.Range(0, 50)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_false_alarm_and_every_gap_within_a_minute(int source) => Live(source, TimeSpan.FromHours(7));

    [Theory(Explicit = true)]
    [MemberData(nameof(Sources))]
    public void No_false_alarm_at_any_minute(int source) => Live(source, TimeSpan.FromMinutes(1));

    // What is asked between two good backups: at every step, the moment before the next one is there, and around the minute that
    // breaks the promise.
    private static void Live(int source, TimeSpan step)
    {
        var (cron, zone, minutes) = Kinds[source % Kinds.Length];
        var schedule = CronSchedule.Read(cron, zone, out _)!;
        var occurrences = schedule.Occurrences(Begin.AddDays(-16), End.AddDays(30), int.MaxValue).ToArray();
        var gap = source % 5 == 0 ? Gap.Of(Begin.AddDays(20 + source), occurrences) : null;
        var backups = Backups(occurrences, minutes, new Random(source), gap);
        var goods = new List<GoodBackup>();
        var gaps = 0;
        foreach (var (backup, next) in backups.Zip(backups.Skip(1)))
        {
            goods.Insert(0, backup);
            var (until, facts, breaks) = (next.StartedAt + next.Duration, Facts(schedule, goods), Expected(occurrences, goods));
            for (var now = backup.StartedAt + backup.Duration; now < until; now += step)
                Assert.Equal(now >= breaks, Word(facts, now) == ProtectionWord.Overdue);
            if (gap?.IsBetween(backup, next) == true)
            {
                gaps++;
                Assert.Equal((ProtectionWord.Protected, ProtectionWord.Overdue), (
                    Word(facts, breaks.AddMinutes(-1)), Word(facts, breaks.AddMinutes(1))));
            }
            else
            {
                Assert.Equal(ProtectionWord.Protected, Word(facts, until.AddSeconds(-1)));
            }
        }

        Assert.Equal(gap is null ? 0 : 1, gaps);
    }

    private static ProtectionWord Word(SourceFacts facts, DateTimeOffset now) => ProtectionRule.Of(facts, now).Word;

    // Runs wait for others, take longer and shorter. In the gap none goes well.
    private static List<GoodBackup> Backups(DateTimeOffset[] occurrences, int minutes, Random random, Gap? gap)
    {
        var backups = new List<GoodBackup>();
        var free = DateTimeOffset.MinValue;
        foreach (var at in occurrences.Where(at => at >= Begin && at < End && gap?.Holds(at) != true))
        {
            var start = at.AddSeconds(random.Next(1, 300));
            if (start < free)
                continue;
            var length = TimeSpan.FromMinutes(minutes * (0.8 + (0.4 * random.NextDouble())));
            backups.Add(new GoodBackup(Guid.CreateVersion7(), start, length, 1));
            free = start + length;
        }

        return backups;
    }

    // The rule in other words, over the list of occurrences: no clock, no cron.
    private static DateTimeOffset Expected(DateTimeOffset[] occurrences, List<GoodBackup> goods)
    {
        var i = ~Array.BinarySearch(occurrences, goods[0].StartedAt);
        var gap = new[] { occurrences[i] - occurrences[i - 1], occurrences[i + 1] - occurrences[i] }.Min();
        var slack = TimeSpan.FromHours(Math.Clamp(gap.TotalHours / 2, 1, 12));
        return occurrences[i] + slack + goods.Take(10).Max(g => g.Duration);
    }

    private sealed record Gap(DateTimeOffset From, DateTimeOffset Until)
    {
        public static Gap Of(DateTimeOffset from, DateTimeOffset[] occurrences) =>
            new(from, from + TimeSpan.FromHours(4) + (3 * occurrences.Zip(occurrences.Skip(1), (a, b) => b - a).Max()));

        public bool Holds(DateTimeOffset at) => at >= From && at < Until;

        public bool IsBetween(GoodBackup before, GoodBackup after) => before.StartedAt < From.AddSeconds(300) && after.StartedAt >= Until;
    }

    private static SourceFacts Facts(CronSchedule schedule, List<GoodBackup> goods) => new()
    {
        CreatedAt = Begin.AddDays(-30),
        HasEndedRun = true,
        Goods = [.. goods.Take(10)],
        Schedules = [new ScheduleFacts(Guid.Empty, "Policy", schedule, null, true, goods[0].StartedAt, Begin.AddDays(-30))],
    };
}
