using System.Text;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

public sealed class DumpProcessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_output_reaches_the_destination()
    {
        using var sink = new MemoryStream();
        var process = StandIn.Process("i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; head -c 5000000 /dev/zero");

        var exit = await process.CopyToAsync(sink, Token);

        var expected = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 20000).Select(i => $"line {i}\n")))
            .Concat(new byte[5_000_000]);
        Assert.Equal(expected, sink.ToArray());
        Assert.Equal((sink.Length, sink.Length), (exit.Bytes, process.BytesRead));
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Fact]
    public async Task The_tool_gets_its_own_environment_and_nothing_of_ours()
    {
        using var sink = new MemoryStream();
        var environment = new Dictionary<string, string> { ["PGPASSWORD"] = "pä'ss \"word\"\\", ["LC_ALL"] = "C.UTF-8" };
        var command = new ToolCommand("/usr/bin/env", [], environment, "env 1", [], null);

        await new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(sink, Token);

        var lines = Encoding.UTF8.GetString(sink.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Equal(environment.Select(e => $"{e.Key}={e.Value}").Order(), lines.Order());
    }

    [Fact]
    public async Task The_tool_has_an_empty_input_and_a_session_of_its_own()
    {
        using var sink = new MemoryStream();
        var process = StandIn.Process("cat; cut -d ' ' -f 6,7 /proc/$$/stat; echo end");
        await process.CopyToAsync(sink, Token);

        var words = Encoding.ASCII.GetString(sink.ToArray()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([$"{process.ProcessId}", "0", "end"], words); // Session, terminal.
    }

    [Fact]
    public async Task Much_on_standard_error_stops_nobody_and_its_end_is_kept()
    {
        var process = StandIn.Process(
            "i=0; while [ $i -lt 4000 ]; do echo \"warning $i: ................................................\" >&2; "
            + "i=$((i+1)); done; echo done");
        var exit = await process.CopyToAsync(Stream.Null, Token);

        Assert.Equal(5, exit.Bytes);
        var lines = process.StderrTail.Split('\n');
        Assert.Equal(200, lines.Length);
        Assert.StartsWith("warning 3999:", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_blotted_out_of_what_the_tool_says()
    {
        const string Script =
            "echo 'could not log in as postgresql://me:s3%26cr%C3%A9t@host or s3&crét' >&2; echo 'error: s3&crét is wrong' >&2; exit 1";
        var process = StandIn.Process(Script, null, "s3&crét");

        var exception = await FailAsync(process, Stream.Null);

        Assert.Equal("sh ended with exit code 1: error: *** is wrong", exception.Message);
        Assert.Equal("could not log in as postgresql://me:***@host or ***\nerror: *** is wrong", process.StderrTail);
    }

    [Fact]
    public async Task What_the_tool_says_is_readable_while_it_runs()
    {
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var process = StandIn.Process("echo dumping table one >&2; exec sleep 1000");
        var copy = process.CopyToAsync(Stream.Null, canceled.Token);

        await Until.TrueAsync(() => process.StderrTail == "dumping table one", "the first line is there");
        await canceled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
    }

    [Theory]
    [InlineData("exit 3", "sh ended with exit code 3 and said nothing.")]
    [InlineData("echo 'it is late' >&2; echo >&2; exit 3", "sh ended with exit code 3: it is late")]
    [InlineData(
        "echo 'sh: error: no table' >&2; echo 'sh: detail: Query was: LOCK' >&2; echo bye >&2; exit 1",
        "sh ended with exit code 1: no table Query was: LOCK bye")]
    [InlineData("kill -9 $$", "sh was killed by signal 9 (SIGKILL); on Linux that is often the kernel running out of memory.")]
    [InlineData("kill -15 $$", "sh was killed by signal 15 (SIGTERM).")]
    [InlineData("kill -11 $$", "sh was killed by signal 11 (SIGSEGV).")]
    public async Task A_tool_that_fails_after_much_output_is_a_failed_dump(string end, string message)
    {
        using var sink = new MemoryStream();
        var exception = await FailAsync(StandIn.Process($"head -c 3000000 /dev/zero; {end}"), sink);

        Assert.Equal((RunStage.Dump, "dump_failed", message), (exception.Stage, exception.Code, exception.Message));
        Assert.True(sink.CanWrite, "the destination must not be finished");
    }

    [Fact]
    public async Task A_tool_that_is_not_there_is_named()
    {
        var command = StandIn.Command("") with { Program = "/no/such/pg_dump" };
        var exception = await FailAsync(new DumpProcess(command, StandIn.Limits, TimeProvider.System), Stream.Null);

        Assert.Equal("tool_missing", exception.Code);
        Assert.Contains("/no/such/pg_dump", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_executed_is_no_tool()
    {
        var file = Path.GetTempFileName();
        var command = StandIn.Command("") with { Program = file };

        Assert.Equal("tool_missing", (await FailAsync(new DumpProcess(command, StandIn.Limits, TimeProvider.System), Stream.Null)).Code);
        File.Delete(file);
    }

    [Fact]
    public async Task A_hundred_runs_leave_no_open_file_behind()
    {
        await StandIn.Process("true").CopyToAsync(Stream.Null, Token);
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 100; i++)
            await StandIn.Process("echo x; echo y >&2").CopyToAsync(Stream.Null, Token);

        // Other tests open files meanwhile, but not a hundred.
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 80);
    }

    [Fact]
    public async Task It_runs_only_once()
    {
        var process = StandIn.Process("true");
        await process.CopyToAsync(Stream.Null, Token);

        await Assert.ThrowsAsync<InvalidOperationException>(() => process.CopyToAsync(Stream.Null, Token));
    }

    private static Task<DumpFailedException> FailAsync(DumpProcess process, Stream sink) =>
        Assert.ThrowsAsync<DumpFailedException>(() => process.CopyToAsync(sink, Token));
}
