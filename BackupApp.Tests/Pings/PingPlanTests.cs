using BackupApp.Pings;
using BackupApp.Runs;

namespace BackupApp.Tests.Pings;

/// <summary>What a policy's monitor hears of a round, by the runs that there are.</summary>
public sealed class PingPlanTests
{
    private static readonly DateTimeOffset Round = new(2026, 11, 26, 2, 15, 0, TimeSpan.Zero);
    private static readonly HashSet<(DateTimeOffset, PingState)> Nothing = [];

    /// <summary>Each run as source, state, and the seconds of its start and end after the round's moment.</summary>
    public static TheoryData<string, string> Rounds => new()
    {
        { "shop queued", "" },
        { "shop running 2", "Start" },
        { "shop running 2, crm queued", "Start" },
        { "shop success 2 80, crm running 2", "Start" },
        { "shop success 2 80", "Success: The backup succeeded in 78 s" },
        { "shop success 2 80, crm success 4 92.5", "Success: 2 of 2 backups succeeded in 90.5 s" },
        { "shop failed 2 7", "Fail: The backup failed after 5 s\nshop: The password was refused." },
        { "shop failed 2 7, crm running 2", "Fail: 1 of 2 backups failed after 5 s\nshop: The password was refused." },
        { "shop success 2 9, crm failed 3 12", "Fail: 1 of 2 backups failed after 10 s\ncrm: The password was refused." },
        { "shop partial 2 12", "Fail: The backup failed after 10 s\nshop: The password was refused." },
        { "shop canceled - 5", "Fail: The backup failed after 5 s\nshop: The password was refused." },
    };

    [Theory]
    [MemberData(nameof(Rounds))]
    public void A_round_starts_with_the_first_fails_with_the_first_that_fails_and_succeeds_with_the_last(string runs, string expected) =>
        Assert.Equal(expected, string.Join(", ", Plan(runs, Nothing, TimeSpan.FromMinutes(10)).Select(Text)));

    [Fact]
    public void What_was_told_is_not_told_again()
    {
        var told = new HashSet<(DateTimeOffset, PingState)> { (Round, PingState.Success) };

        Assert.Empty(Plan("shop success 2 80", told, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_failure_after_a_success_is_still_told()
    {
        var told = new HashSet<(DateTimeOffset, PingState)> { (Round, PingState.Start), (Round, PingState.Success) };

        Assert.Equal(PingState.Fail, Assert.Single(Plan("shop success 2 80, crm failed 90 95", told, TimeSpan.FromMinutes(10))).State);
    }

    [Fact]
    public void A_round_is_not_over_while_its_jobs_may_still_be_made() =>
        Assert.Equal(PingState.Start, Assert.Single(Plan("shop success 0 1", Nothing, TimeSpan.FromSeconds(3))).State);

    [Fact]
    public void Of_several_rounds_each_is_told()
    {
        var later = Round.AddHours(1);
        PingedRun[] runs = [Run("shop failed 2 7", Round), Run("shop success 2 80", later)];

        var (due, _) = PingPlan.Make(runs, Nothing, later.AddMinutes(10));

        Assert.Equal([(Round, PingState.Fail), (later, PingState.Success)], due.Select(p => (p.Round, p.State)));
    }

    [Fact]
    public void A_run_of_days_is_looked_at_until_it_ends()
    {
        var (_, from) = PingPlan.Make([Run("shop running 2", Round)], Nothing, Round.AddDays(3));

        Assert.Equal(Round, from);
    }

    private static IReadOnlyList<PlannedPing> Plan(string runs, HashSet<(DateTimeOffset, PingState)> told, TimeSpan after) =>
        PingPlan.Make(runs.Split(", ").Select(r => Run(r, Round)), told, Round + after).Due;

    private static PingedRun Run(string text, DateTimeOffset round)
    {
        var parts = text.Split(' ');
        var status = Enum.Parse<RunStatus>(parts[1], ignoreCase: true);
        return new PingedRun(
            parts[0], round, status, round, At(parts, 2), At(parts, 3),
            status == RunStatus.Success ? null : "The password was refused.\nDETAIL: more");

        DateTimeOffset? At(string[] words, int position) => words.Length <= position || words[position] == "-"
            ? null
            : round.AddSeconds(double.Parse(words[position], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static string Text(PlannedPing ping) => ping.Text.Length == 0 ? $"{ping.State}" : $"{ping.State}: {ping.Text}";
}
