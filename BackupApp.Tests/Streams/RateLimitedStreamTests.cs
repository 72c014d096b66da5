using BackupApp.Streams;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Streams;

public sealed class RateLimitedStreamTests
{
    private const int Rate = 1_000_000;

    private readonly CountedPauses _clock = new();
    private readonly GatedStream _sink = new();

    public RateLimitedStreamTests() => _sink.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_bytes_pass_in_a_second_and_no_more()
    {
        using var limited = new RateLimitedStream(_sink, Rate, _clock, Token);
        var writer = Task.Run(() => limited.Write(new byte[5 * Rate]), Token);

        // What half a second allows may pass at once; from then on it is the rate.
        await Until.TrueAsync(() => _sink.Taken == Rate / 2, "the first piece has passed");
        for (var tenths = 1; tenths <= 40; tenths++)
        {
            // After each piece it waits for the next; the clock goes on only then.
            await Until.TrueAsync(() => _clock.Pauses >= _sink.Taken / (Rate / 2), "it waits");
            Assert.False(writer.IsCompleted);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            var allowed = (Rate / 2) + (tenths * (long)Rate / 10);
            await Until.TrueAsync(() => _sink.Taken >= allowed / (Rate / 2) * (Rate / 2), $"{allowed} bytes have passed");
            Assert.InRange(_sink.Taken, 0, allowed);
        }
    }

    [Fact]
    public void What_is_slower_than_the_limit_never_waits()
    {
        using var limited = new RateLimitedStream(_sink, Rate, _clock, Token);
        for (var i = 0; i < 100; i++)
        {
            limited.Write(new byte[Rate / 10]);
            _clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        Assert.Equal(10 * Rate, _sink.Taken);
    }

    [Fact]
    public async Task Time_in_which_nothing_came_is_not_made_up_for()
    {
        using var limited = new RateLimitedStream(_sink, Rate, _clock, Token);
        _clock.Advance(TimeSpan.FromHours(1));
        var writer = Task.Run(() => limited.Write(new byte[2 * Rate]), Token);

        await Until.TrueAsync(() => _sink.Taken == Rate / 2, "half a second's worth has passed");
        await Assert.ThrowsAsync<TimeoutException>(() => writer.WaitAsync(TimeSpan.FromMilliseconds(50), Token));
        Assert.Equal(Rate / 2, _sink.Taken);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var canceled = new CancellationTokenSource();
        using var limited = new RateLimitedStream(_sink, Rate, _clock, canceled.Token);
        var writer = Task.Run(() => limited.Write(new byte[5 * Rate]), Token);
        await Until.TrueAsync(() => _sink.Taken > 0, "something has passed");

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }
}
