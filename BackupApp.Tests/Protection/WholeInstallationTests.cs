using BackupApp.DataSources;
using BackupApp.Protection;

namespace BackupApp.Tests.Protection;

/// <summary>What the installation's ping says.</summary>
public sealed class WholeInstallationTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void All_is_well_while_somebody_looks_and_no_promise_is_broken()
    {
        var state = WholeInstallation.Of(
            [Source("shop", ProtectionWord.Protected), Source("crm", ProtectionWord.Failing)], Beat(Now.AddSeconds(-20)), Now);

        Assert.True(state.IsWell);
    }

    [Theory]
    [InlineData(ProtectionWord.Unprotected)]
    [InlineData(ProtectionWord.Damaged)]
    [InlineData(ProtectionWord.Overdue)]
    public void A_broken_promise_is_named(ProtectionWord word)
    {
        var state = WholeInstallation.Of([Source("shop", word), Source("crm", ProtectionWord.Protected)], Beat(Now.AddSeconds(-20)), Now);

        Assert.Equal(
            (false, $"1 of 2 data sources: shop is {word.ToString().ToLowerInvariant()}"), (state.IsWell, state.Text));
    }

    [Fact]
    public void Nobody_who_looks_is_not_well()
    {
        Assert.False(WholeInstallation.Of([], null, Now).IsWell);
        Assert.False(WholeInstallation.Of([], Beat(Now.AddMinutes(-6)), Now).IsWell);
        // A wrong clock's beat says nothing.
        Assert.False(WholeInstallation.Of([], Beat(Now.AddDays(2)), Now).IsWell);
    }

    [Fact]
    public void What_is_paused_or_waits_for_its_first_run_is_silent()
    {
        var paused = Source("old", ProtectionWord.Overdue, paused: true);
        var fresh = Source("new", ProtectionWord.Unprotected);
        fresh = fresh with { State = fresh.State with { TellsFrom = Now.AddMinutes(30) } };

        Assert.True(WholeInstallation.Of([paused, fresh], Beat(Now), Now).IsWell);
    }

    [Fact]
    public void Of_many_three_are_named()
    {
        var sources = Enumerable.Range(1, 5).Select(n => Source($"db{n}", ProtectionWord.Overdue)).ToList();

        Assert.EndsWith("db3 is overdue and 2 more", WholeInstallation.Of(sources, Beat(Now), Now).Text, StringComparison.Ordinal);
    }

    private static WatchBeat Beat(DateTimeOffset at) => WatchBeat.First(at);

    internal static ProtectedSource Source(string name, ProtectionWord word, bool paused = false)
    {
        var good = new GoodBackup(Guid.CreateVersion7(), Now.AddHours(-12), TimeSpan.FromMinutes(5), 1 << 20);
        var facts = new SourceFacts
        {
            CreatedAt = Now.AddDays(-30),
            Pause = paused ? new PauseFacts(Now.AddDays(-2), Now.AddDays(1), "") : null,
            Goods = [good],
        };
        var state = ProtectionRule.Of(facts, Now) with { Word = word, IsPaused = paused, TellsFrom = DateTimeOffset.MinValue };
        return new ProtectedSource(Guid.CreateVersion7(), name, DataSourceEnvironment.Prod, !paused, facts, state, Now);
    }
}
