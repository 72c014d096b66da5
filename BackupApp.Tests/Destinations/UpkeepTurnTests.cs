using BackupApp.Destinations;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Destinations;

public sealed class UpkeepTurnTests
{
    [Fact]
    public void A_turn_is_over_when_its_time_is()
    {
        var clock = new FakeTimeProvider();
        var turn = new UpkeepTurn(clock);

        clock.Advance(UpkeepTurn.Limit - TimeSpan.FromTicks(1));
        Assert.False(turn.IsOver);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(turn.IsOver);
    }
}
