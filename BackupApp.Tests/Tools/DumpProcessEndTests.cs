using System.Diagnostics;
using System.Globalization;
using System.Text;
using BackupApp.Errors;
using BackupApp.Streams;
using BackupApp.Tests.Support;
using BackupApp.Tools;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Tools;

/// <summary>How a running tool is ended, and what is left of it then: nothing.</summary>
public sealed class DumpProcessEndTests
{
    private static readonly DumpLimits Impatient = StandIn.Limits with { Patience = TimeSpan.FromMilliseconds(300) };
    private static readonly DumpLimits Stalling = StandIn.Limits with { Stall = TimeSpan.FromMilliseconds(700) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cancelling_asks_the_tool_to_end_and_waits_until_it_has()
    {
        var process = StandIn.Process("trap 'echo asked to end >&2; exit 1' TERM; echo ready; while :; do sleep 0.05; done");

        await CancelAsync(process, () => process.BytesRead > 0);

        Assert.EndsWith("asked to end", process.StderrTail, StringComparison.Ordinal);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_tool_that_does_not_listen_is_killed()
    {
        var process = StandIn.Process("trap '' TERM; echo ready; while :; do sleep 0.05; done", Impatient);

        await CancelAsync(process, () => process.BytesRead > 0);

        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_stopped_tool_is_woken_to_end()
    {
        var process = StandIn.Process("trap 'echo woken >&2; exit 1' TERM; echo ready; kill -STOP $$; while :; do sleep 0.05; done");

        await CancelAsync(process, () => process.BytesRead > 0);

        Assert.EndsWith("woken", process.StderrTail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_children_and_grandchildren_end_with_it()
    {
        using var sink = new MemoryStream();
        var process = StandIn.Process("(sh -c 'trap \"\" TERM; echo $$; while :; do sleep 0.05; done' &) ; exec sleep 1000", Impatient);

        await CancelAsync(process, () => process.BytesRead > 0, sink);

        var grandchild = int.Parse(Encoding.ASCII.GetString(sink.ToArray()), CultureInfo.InvariantCulture);
        await Until.TrueAsync(() => StandIn.HasEnded(grandchild), "the grandchild has ended");
    }

    [Theory]
    [InlineData("sleep 1000 &")]
    [InlineData("setsid sleep 1000 & echo $!;")]
    public async Task A_grandchild_that_keeps_the_pipe_open_holds_nobody(string leave)
    {
        using var sink = new MemoryStream();
        var clock = new AwakeWatch();
        await StandIn.Process($"{leave} head -c 3000000 /dev/zero; exit 0").CopyToAsync(sink, Token);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange(sink.Length, 3_000_000, 3_000_010);
        if (leave.StartsWith("setsid", StringComparison.Ordinal))
            EndStray(sink);
    }

    [Fact]
    public async Task The_destinations_exception_passes_as_it_was_after_the_tool_was_asked_to_end()
    {
        using var sink = new GatedStream(failAfter: 1_000_000);
        sink.Open();
        var process = StandIn.Process("trap 'echo asked to end >&2; exit 1' TERM; while :; do head -c 100000 /dev/zero; done");

        await Assert.ThrowsAsync<DiskOnFireException>(() => process.CopyToAsync(sink, Token));

        Assert.EndsWith("asked to end", process.StderrTail, StringComparison.Ordinal);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_silent_tool_has_stalled()
    {
        var process = StandIn.Process("echo begin; exec sleep 1000", Stalling);
        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(Stream.Null, Token));

        Assert.Equal((RunStage.Dump, "stalled"), (exception.Stage, exception.Code));
        Assert.StartsWith("sh sent no data for 0.7 seconds", exception.Message, StringComparison.Ordinal);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_destination_that_takes_nothing_has_stalled_and_is_named()
    {
        using var sink = new GatedStream();
        var time = new FakeTimeProvider();
        var process = StandIn.Process("exec cat /dev/zero", time, Stalling);
        var copy = process.CopyToAsync(sink, Token);
        await Until.TrueAsync(() => sink.IsEntered, "it was given the first bytes");
        await Until.TrueAsync(
            () =>
            {
                time.Advance(Stalling.Stall / 4);
                return copy.IsCompleted;
            },
            "it has stalled");
        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => copy);

        Assert.Equal((RunStage.Store, "stalled"), (exception.Stage, exception.Code));
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
        sink.Open();
    }

    [Fact]
    public async Task A_tool_that_closed_its_output_but_does_not_end_has_stalled()
    {
        var process = StandIn.Process("exec >&- 2>&-; exec sleep 1000", Stalling);
        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(Stream.Null, Token));

        Assert.Equal("stalled", exception.Code);
    }

    [Fact]
    public async Task A_slow_tool_has_not_stalled()
    {
        var time = new FakeTimeProvider();
        var go = Path.Combine(Directory.CreateTempSubdirectory("backupapp-slow-").FullName, "go");
        var process = StandIn.Process(
            $"for i in 1 2 3 4 5 6 7 8; do echo $i; until rm '{go}' 2>/dev/null; do sleep 0.01; done; done", time, Stalling);
        var copy = process.CopyToAsync(Stream.Null, Token);
        for (var line = 1; line <= 8; line++)
        {
            await Until.TrueAsync(() => process.BytesRead == 2 * line, $"line {line} has come");
            time.Advance(Stalling.Stall * 0.4);
            await File.WriteAllTextAsync(go, "", Token);
        }

        var exit = await copy;
        Assert.Equal(16, exit.Bytes);
        Assert.True(exit.Elapsed > Stalling.Stall);
    }

    [Fact]
    public async Task Cancelling_also_works_while_the_destination_hangs()
    {
        using var sink = new GatedStream(heedsCancellation: false);
        var gzip = new ParallelGzipStream(sink, 1, 1, cancellationToken: Token);
        var process = StandIn.Process("exec cat /dev/urandom");

        await CancelAsync(process, () => sink.IsEntered && process.BytesRead > 4 * DeflateBlock.Capacity, gzip);

        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
        sink.Open();
        await gzip.DisposeAsync();
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_starts_nothing()
    {
        var process = StandIn.Process("true");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => process.CopyToAsync(Stream.Null, new CancellationToken(true)));
        Assert.Null(process.ProcessId);
    }

    private static async Task CancelAsync(DumpProcess process, Func<bool> running, Stream? sink = null)
    {
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var copy = process.CopyToAsync(sink ?? Stream.Null, canceled.Token);
        await Until.TrueAsync(running, "the tool runs");
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy.WaitAsync(TimeSpan.FromSeconds(30), Token));
    }

    private static void EndStray(MemoryStream output)
    {
        var number = Encoding.ASCII.GetString(output.ToArray()).Split('\n')[0];
        using var stray = Process.GetProcessById(int.Parse(number, CultureInfo.InvariantCulture));
        stray.Kill();
    }
}
