using BackupApp.Engines.Restores;
using BackupApp.Restores;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Restores;

/// <summary>One target that hangs does not keep the reaper from all others.</summary>
public sealed class SettleTimeTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_target_that_hangs_is_left_for_a_later_round()
    {
        var settling = SettleTime.WithinAsync(HangAsync, _time, TestContext.Current.CancellationToken);

        _time.Advance(SettleTime.Limit);

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => settling);
        Assert.Equal("timeout", failure.FailureCode);
    }

    [Fact]
    public async Task Whoever_stops_the_reaper_is_not_told_of_a_target()
    {
        using var stop = new CancellationTokenSource();
        var settling = SettleTime.WithinAsync(HangAsync, _time, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => settling);
    }

    private static async Task<int> HangAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
