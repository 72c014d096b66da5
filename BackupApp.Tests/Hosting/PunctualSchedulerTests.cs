using BackupApp.Hosting;
using Hangfire.Server;

namespace BackupApp.Tests.Hosting;

public sealed class PunctualSchedulerTests
{
    [Theory]
    [InlineData("10:00:00.200", 30, 30)]
    [InlineData("10:00:00.100", 30, 0.1)]
    [InlineData("10:00:29.200", 30, 1)]
    [InlineData("10:00:30.200", 30, 30)]
    [InlineData("10:00:59.950", 30, 0.25)]
    [InlineData("10:00:00.700", 1, 0.5)]
    public void The_next_look_is_just_after_a_multiple_of_the_period(string now, int period, double seconds)
    {
        var scheduler = new PunctualScheduler(new RecurringNothing(), TimeSpan.FromSeconds(period), TimeProvider.System);

        var wait = scheduler.UntilNext(DateTimeOffset.Parse($"2026-11-28T{now}Z", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(TimeSpan.FromSeconds(seconds), wait);
    }

    private sealed class RecurringNothing : IBackgroundProcess
    {
        public void Execute(BackgroundProcessContext context) => throw new NotSupportedException();
    }
}
