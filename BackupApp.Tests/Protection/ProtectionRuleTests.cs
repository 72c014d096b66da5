using BackupApp.Policies;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

public sealed class ProtectionRuleTests
{
    public static TheoryData<string> Promises => [.. PromiseRows.All.Select(row => row.Name)];

    public static TheoryData<string> States => [.. StateRows.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Promises))]
    public void Promise(string name)
    {
        var row = PromiseRows.All.Single(r => r.Name == name);

        var promise = PromiseRule.Of(row.Source.Facts, row.Source.Facts.Goods is [var newest, ..] ? newest.StartedAt : null);

        Assert.Equal((At(row.Due), At(row.Breaks)), (promise.DueAt, Minute(promise.BreaksAt)));
    }

    [Theory]
    [MemberData(nameof(States))]
    public void State(string name)
    {
        var row = StateRows.All.Single(r => r.Name == name);

        var state = ProtectionRule.Of(row.Source.Facts, Scenario.At(row.Now));

        Assert.Equal(row.Word, state.Word);
        Assert.Contains(row.Says, state.Reason, StringComparison.Ordinal);
        Assert.Equal(row.Action ?? state.Action, state.Action);
    }

    [Fact]
    public void Every_word_is_reached_and_there_are_eighty_rows()
    {
        Assert.Equal(Enum.GetValues<ProtectionWord>(), StateRows.All.Select(r => r.Word).Distinct().Order());
        Assert.True(PromiseRows.All.Count + StateRows.All.Count >= 80);
    }

    [Fact]
    public void A_source_without_credentials_asks_for_them_and_not_for_a_run_that_cannot_be()
    {
        var state = ProtectionRule.Of(Scenario.Source.Facts with { LacksCredentials = true }, Scenario.At("11-26 09:00"));

        Assert.Equal(
            (ProtectionWord.Unprotected, ProtectionAction.EnterCredentials, "There is no good backup. It has no credentials."),
            (state.Word, state.Action, state.Reason));
    }

    [Fact]
    public void Past_its_promise_a_paused_source_reads_overdue_and_paused()
    {
        var source = Scenario.Source.Good("11-26 02:15").Every("15 2 * * *").Paused("11-26 08:00");

        Assert.Equal("Paused", ProtectionRule.Of(source.Facts, Scenario.At("11-26 09:00")).Title);
        Assert.Equal("Overdue, paused", ProtectionRule.Of(source.Facts, Scenario.At("11-28 09:00")).Title);
    }

    [Fact]
    public void Past_its_promise_a_source_whose_policies_are_all_paused_reads_the_same()
    {
        var source = Scenario.Source.Good("11-26 02:15").Every("15 2 * * *", on: false);

        Assert.Equal("Paused", ProtectionRule.Of(source.Facts, Scenario.At("11-26 09:00")).Title);
        Assert.Equal("Overdue, paused", ProtectionRule.Of(source.Facts, Scenario.At("11-28 09:00")).Title);
        var byHand = source.MaxAge(12);
        Assert.Equal("Overdue", ProtectionRule.Of(byHand.Facts, Scenario.At("11-28 09:00")).Title);
    }

    [Fact]
    public void A_new_source_tells_nobody_before_its_first_run_or_an_hour()
    {
        var source = Scenario.Source.Created("11-26 10:00").Every("15 2 * * *");

        Assert.Equal(Scenario.At("11-26 11:00"), ProtectionRule.Of(source.Facts, Scenario.At("11-26 10:01")).TellsFrom);
        Assert.Equal(DateTimeOffset.MinValue, ProtectionRule.Of(source.Ran().Facts, Scenario.At("11-26 10:01")).TellsFrom);
    }

    [Fact]
    public void Of_a_server_each_database_has_its_state_worst_first()
    {
        var server = Scenario.Source.Good("11-26 02:15").Every("15 2 * * *")
            .Database("a", "11-26 02:15").Database("c", "11-20 02:15", "11-21 02:16").Database("b", "11-25 02:15", "11-26 02:16");

        var state = ProtectionRule.Of(server.Facts, Scenario.At("11-26 09:00"));

        Assert.Equal(["c overdue", "b failing", "a protected"], state.Databases.Select(d => $"{d.Name} {d.Word}".ToLowerInvariant()));
        Assert.Equal((1, 3), (state.HoldingDatabases, state.Databases.Count));
    }

    [Theory]
    [InlineData("00:00:30", "less than a minute")]
    [InlineData("00:45:00", "45 min")]
    [InlineData("1.12:20:00", "36 h")]
    [InlineData("60.00:00:00", "60 days")]
    public void Ages_in_words(string age, string words) =>
        Assert.Equal(words, Ages.Words(TimeSpan.Parse(age, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void What_ran_before_a_moment_is_found_however_long_ago()
    {
        var leap = CronSchedule.Read("0 3 29 2 *", "UTC", out _)!;

        Assert.Equal(Scenario.At("2024-02-29 03:00"), leap.Before(Scenario.At("11-26 09:00")));
        Assert.Equal(Scenario.At("2020-02-29 03:00"), leap.Before(Scenario.At("2024-02-29 03:00")));
    }

    private static DateTimeOffset? At(string? moment) => moment is null ? null : Scenario.At(moment);

    // Rows are to the minute.
    private static DateTimeOffset? Minute(DateTimeOffset? moment) =>
        moment is { } m ? m.AddTicks(-(m.Ticks % TimeSpan.TicksPerMinute)) : null;
}
