using System.Net.Sockets;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Runs;

public sealed class HeartbeatTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly FakeTimeProvider _time = new();
    private int _beats;

    [Fact]
    public async Task Whatever_one_beat_dies_of_the_next_comes_and_the_run_goes_on()
    {
        // As of a database whose name does not resolve while its container starts again.
        await using var heartbeat = Beat(_ => throw new SocketException(), _ => throw new IOException(), _ => BeatAnswer.GoOn);

        await BeatenAsync(4);

        Assert.False(heartbeat.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task A_run_that_is_being_canceled_shows_that_it_lives_until_it_has_ended()
    {
        await using var heartbeat = Beat(_ => BeatAnswer.CancelRequested);

        await BeatenAsync(4);

        Assert.True(heartbeat.Token.IsCancellationRequested);
        Assert.False(heartbeat.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_run_that_was_given_to_somebody_else_while_it_was_being_canceled_learns_it()
    {
        await using var heartbeat = Beat(_ => BeatAnswer.CancelRequested, _ => BeatAnswer.Lost);

        await Until.TrueAsync(() => Advance() && heartbeat.Lost.IsCancellationRequested, "it is lost");

        Assert.Equal(2, _beats);
    }

    /// <param name="answers">One after the other; the last one again and again.</param>
    private Heartbeat Beat(params Func<int, BeatAnswer>[] answers) => new(
        Guid.NewGuid(),
        _ => Task.FromResult(answers[Math.Min(Interlocked.Increment(ref _beats), answers.Length) - 1](_beats)),
        Interval,
        _time,
        NullLogger.Instance,
        CancellationToken.None);

    private Task BeatenAsync(int times) => Until.TrueAsync(() => Advance() && Volatile.Read(ref _beats) >= times, $"{times} beats");

    private bool Advance()
    {
        _time.Advance(Interval);
        return true;
    }
}
