using BackupApp.Policies;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

/// <summary>
/// Schedules that somebody changes, over a quarter: as long as every run goes well nobody is told anything, a gap after a change is
/// found, and changing them again and again puts nothing off.
/// </summary>
public sealed class MovedSchedulesTests
{
    private static readonly DateTimeOffset Begin = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Length = TimeSpan.FromMinutes(10);

    private static readonly (string Cron, string Zone)[] Kinds =
    [
        ("15 2 * * *", "Europe/Prague"), ("15 3 * * *", "Europe/Prague"), ("0 * * * *", "UTC"), ("30 22 * * 1-5", "America/New_York"),
        ("0 */4 * * *", "Asia/Tokyo"), ("30 3 * * 0", "Europe/Dublin"), ("30 3 * * 3", "Europe/Dublin"),
        ("45 2 * * *", "Australia/Lord_Howe"),
    ];

    public static TheoryData<int> Sources => [.. Enumerable.Range(0, 50)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void No_change_alarms_while_every_run_goes_well(int source)
    {
        var random = new Random(source);
        var life = new Life(random);
        while (life.Now < End)
        {
            // A backup or two, and then somebody changes the schedule, attaches another policy in its place, or comes back from a pause.
            for (var runs = random.Next(1, 4); runs > 0; runs--)
                life.Run();
            life.Wait(random.NextDouble());
            if (random.Next(4) == 0)
                life.Pause(TimeSpan.FromHours(random.Next(1, 500)));
            else
                life.Choose(Kinds[random.Next(Kinds.Length)], attaches: random.Next(3) == 0);
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void What_never_runs_after_a_change_is_found_half_a_gap_after_its_first_run(int source)
    {
        var random = new Random(source);
        var life = new Life(random);
        life.Run();
        life.Wait(random.NextDouble());
        life.Choose(Kinds[random.Next(Kinds.Length)], attaches: false);

        var breaks = life.Promise().BreaksAt!.Value;

        Assert.InRange(breaks - life.NextRun, TimeSpan.FromHours(1), TimeSpan.FromHours(13));
        Assert.Equal((ProtectionWord.Protected, ProtectionWord.Overdue), (life.WordAt(breaks.AddSeconds(-1)), life.WordAt(breaks)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    public void Changing_it_again_and_again_puts_nothing_off(int hours)
    {
        var life = new Life(new Random(hours));
        life.Run();
        var promised = life.Promise().BreaksAt!.Value;
        // Each time to an hour that is yet to come.
        while (life.Now < promised.AddDays(3))
        {
            life.Wait(TimeSpan.FromHours(hours));
            life.Choose(($"0 {(life.Now.Hour + 12) % 24} * * *", "UTC"), attaches: false, isWatched: false);
        }

        Assert.Equal(ProtectionWord.Overdue, life.WordAt(life.Now));
        Assert.Equal(promised, life.Promise().BreaksAt);
    }

    // One source with one schedule at a time. The watch looks before and after whatever happens.
    private sealed class Life
    {
        private readonly Random _random;
        private readonly List<GoodBackup> _goods = [];
        private CronSchedule _schedule = CronSchedule.Read(Kinds[0].Cron, Kinds[0].Zone, out _)!;
        private DateTimeOffset _attached = Begin.AddDays(-1);
        private DateTimeOffset? _moved;
        private DateTimeOffset? _resumed;
        private TimeSpan? _kept;

        public Life(Random random) => (_random, Now) = (random, Begin.AddDays(-1));

        public DateTimeOffset Now { get; private set; }

        // What came due before the schedule was chosen or switched on never runs.
        public DateTimeOffset NextRun => _schedule.NextOccurrences(Now, 1)[0].ToUniversalTime();

        public void Run()
        {
            var start = NextRun.AddSeconds(_random.Next(1, 300));
            var (until, breaks) = (start + Length, _goods.Count == 0 ? (DateTimeOffset?)null : Promise().BreaksAt);
            // The moment before it is there is the worst.
            if (_goods.Count > 0)
                Assert.Equal((true, ProtectionWord.Protected), (breaks > until, WordAt(until.AddSeconds(-1))));
            _goods.Insert(0, new GoodBackup(Guid.CreateVersion7(), start, Length, 1));
            Now = until;
            Look();
        }

        /// <param name="part">Of the time until the next run.</param>
        public void Wait(double part) => Wait((NextRun - Now) * part);

        public void Wait(TimeSpan span)
        {
            Now += span;
            Look();
        }

        public void Pause(TimeSpan span) => _resumed = Now += span;

        public void Choose((string Cron, string Zone) kind, bool attaches, bool isWatched = true)
        {
            if (isWatched)
                Assert.Equal(ProtectionWord.Protected, WordAt(Now));
            _schedule = CronSchedule.Read(kind.Cron, kind.Zone, out _)!;
            if (attaches)
                (_attached, _moved) = (Now, null);
            else
                _moved = Now;
            Look();
            if (isWatched)
                Assert.Equal(ProtectionWord.Protected, WordAt(Now));
        }

        public Promise Promise() => PromiseRule.Of(Facts(), _goods[0].StartedAt);

        public ProtectionWord WordAt(DateTimeOffset now) => ProtectionRule.Of(Facts(), now).Word;

        private void Look()
        {
            if (Promise() is { MaxAge: { } age } promise && (promise.IsSettled || _kept is null))
                _kept = age;
        }

        private SourceFacts Facts() => new()
        {
            CreatedAt = Begin.AddDays(-30),
            HasEndedRun = true,
            KeptAge = _kept,
            Goods = [.. _goods.Take(10)],
            Schedules =
            [
                new ScheduleFacts(Guid.Empty, "Policy", _schedule, null, true, _goods[0].StartedAt, _attached)
                {
                    RescheduledAt = _moved,
                    ResumedAt = _resumed,
                },
            ],
        };
    }
}
