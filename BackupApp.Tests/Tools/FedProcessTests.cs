using System.Security.Cryptography;
using System.Text;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

/// <summary>Tools that read: a restore is one.</summary>
public sealed class FedProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tool_reads_an_input_of_any_length_while_it_writes()
    {
        var content = RandomNumberGenerator.GetBytes(40_000_000);
        using var sink = new MemoryStream();

        await StandIn.Process("cat").FeedAsync(new MemoryStream(content), sink, Token);

        Assert.Equal(SHA256.HashData(content), SHA256.HashData(sink.ToArray()));
    }

    [Fact]
    public async Task A_source_that_fails_ends_the_tool_which_never_sees_an_end()
    {
        using var sink = new MemoryStream();
        var process = StandIn.Process("cat >&2; echo took it for the whole");

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => process.FeedAsync(new BreakingStream(1_000_000), sink, Token));

        Assert.Equal("broken", failure.Message);
        Assert.Empty(sink.ToArray());
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task A_tool_that_ends_before_it_has_read_all_says_why_by_itself()
    {
        var process = StandIn.Process("head -c 1000 > /dev/null; echo 'sh: error: that is enough' >&2; exit 3");

        var failure = await Assert.ThrowsAsync<DumpFailedException>(() =>
            process.FeedAsync(new MemoryStream(new byte[5_000_000]), Stream.Null, Token));

        Assert.Contains("that is enough", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancel_ends_a_tool_that_does_not_read()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        using var sink = new GatedStream();
        sink.Open();
        var process = StandIn.Process("echo up; sleep 600");
        var feeding = process.FeedAsync(new MemoryStream(new byte[5_000_000]), sink, cancel.Token);
        await Until.TrueAsync(() => sink.IsEntered, "the tool has begun to write");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    private sealed class BreakingStream(int good) : MemoryStream(Encoding.ASCII.GetBytes(new string('x', good)))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            return count > 0 ? count : throw new InvalidDataException("broken");
        }
    }
}
