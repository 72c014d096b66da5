using BackupApp.Runs;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Runs;

public sealed class RunRatesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_rate_is_that_of_the_last_ten_seconds()
    {
        var window = new RateWindow();
        var rates = Enumerable.Range(0, 31)
            .Select(second => window.Add(Start.AddSeconds(second), second <= 20 ? second * 100 : 2000 + ((second - 20) * 1000)))
            .ToList();

        Assert.Null(rates[0]);
        Assert.Equal(100, rates[1]);
        Assert.Equal(100, rates[20]);
        Assert.Equal(550, rates[25]); // half of it at ten times the speed
        Assert.Equal(1000, rates[30]);
    }

    [Fact]
    public void A_run_that_stands_still_comes_to_zero_and_looking_twice_changes_nothing()
    {
        var window = new RateWindow();
        window.Add(Start, 0);
        Assert.Equal(100, window.Add(Start.AddSeconds(5), 500));
        Assert.Equal(100, window.Add(Start.AddSeconds(5), 500));
        Assert.Equal(50, window.Add(Start.AddSeconds(10), 500));
        Assert.Equal(0, window.Add(Start.AddSeconds(20), 500));
    }

    [Fact]
    public void A_part_that_was_given_up_makes_no_negative_rate()
    {
        var window = new RateWindow();
        window.Add(Start, 0);
        window.Add(Start.AddSeconds(1), 9000);
        Assert.Null(window.Add(Start.AddSeconds(2), 1000));
        Assert.Equal(500, window.Add(Start.AddSeconds(3), 1500));
    }

    [Fact]
    public void Runs_are_apart_and_forgotten_when_nobody_asks()
    {
        var time = new FakeTimeProvider(Start);
        var rates = new RunRates(time);
        var (one, other) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.Null(rates.Of(one, Start, 0));
        Assert.Null(rates.Of(other, Start, 0));
        Assert.Equal(10, rates.Of(one, Start.AddSeconds(1), 10));
        Assert.Equal(70, rates.Of(other, Start.AddSeconds(1), 70));

        time.Advance(TimeSpan.FromMinutes(2));
        rates.Of(one, Start.AddSeconds(121), 10);

        Assert.Null(rates.Of(other, Start.AddSeconds(121), 99));
    }
}
