using System.Globalization;
using System.Text;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

public sealed class ToolPriorityTests
{
    // Niceness is the 19th field of a process's stat.
    private const string Report =
        "cut -d ' ' -f 19 /proc/$$/stat; ionice -p $$; cat /proc/$$/autogroup 2>/dev/null; tr '\\0' ' ' </proc/$$/cmdline";

    [Fact]
    public async Task A_tool_runs_like_everybody_else_unless_told_otherwise()
    {
        var (process, lines) = await RunAsync(ToolPriority.Unchanged);

        Assert.Equal(OwnNiceness(), lines[0]);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    [Theory]
    [InlineData(ToolIoClass.Low, "best-effort: prio 7")]
    [InlineData(ToolIoClass.Idle, "idle")]
    public async Task A_nice_tool_is_the_same_process_with_the_same_arguments_but_yields(ToolIoClass io, string ionice)
    {
        var (_, lines) = await RunAsync(new ToolPriority(5, io));

        Assert.Equal($"{int.Parse(OwnNiceness(), CultureInfo.InvariantCulture) + 5}", lines[0]);
        Assert.Equal(ionice, lines[1]);
        // Only where the kernel groups by session; it takes one change in a tenth of a second.
        Assert.All(lines.Where(l => l.StartsWith("/autogroup", StringComparison.Ordinal)), l => Assert.Matches("nice [05]$", l));
        Assert.StartsWith("/bin/sh -c cut", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nice_tool_that_hangs_is_ended_with_all_it_started()
    {
        using var canceled = new CancellationTokenSource();
        var process = new DumpProcess(
            StandIn.Command("sleep 1000 & sleep 1000"),
            StandIn.Limits with { Priority = new(10, ToolIoClass.Idle) },
            TimeProvider.System);
        var running = process.CopyToAsync(Stream.Null, canceled.Token);
        await Until.TrueAsync(() => process.ProcessId is not null, "it is started");

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(StandIn.IsGone(process.ProcessId!.Value));
    }

    private static async Task<(DumpProcess Process, string[] Lines)> RunAsync(ToolPriority priority)
    {
        using var sink = new MemoryStream();
        var process = new DumpProcess(StandIn.Command(Report), StandIn.Limits with { Priority = priority }, TimeProvider.System);
        await process.CopyToAsync(sink, TestContext.Current.CancellationToken);
        return (process, Encoding.UTF8.GetString(sink.ToArray()).TrimEnd().Split('\n'));
    }

    private static string OwnNiceness() => File.ReadAllText("/proc/self/stat").Split(") ")[^1].Split(' ')[16];
}
