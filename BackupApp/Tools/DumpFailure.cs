using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>Turns the end of a tool into one sentence for the user.</summary>
internal static class DumpFailure
{
    private const int MaxDetail = 500;

    public static DumpFailedException FromExit(string program, int exitCode, IReadOnlyList<string> stderr)
    {
        var tool = Path.GetFileName(program);
        if (SignalName(exitCode - 128) is { } signal)
            return new(RunStage.Dump, "dump_failed", Killed(tool, exitCode - 128, signal));

        var detail = Detail(tool, stderr);
        return new(RunStage.Dump, "dump_failed", $"{tool} ended with exit code {exitCode}{(detail is null ? " and said nothing." : $": {detail}")}");
    }

    public static DumpFailedException Stalled(string program, TimeSpan limit, bool inSink) => inSink
        ? new(RunStage.Store, "stalled", $"The destination took no data for {Words(limit)}.")
        : new(RunStage.Dump, "stalled", $"{Path.GetFileName(program)} sent no data for {Words(limit)}; it may be waiting for a lock or for a server that hangs.");

    private static string Killed(string tool, int number, string signal) =>
        $"{tool} was killed by signal {number} ({signal})" + (number == Posix.SigKill ? "; on Linux that is often the kernel running out of memory." : ".");

    private static string? SignalName(int number) => number switch
    {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        _ => null,
    };

    /// <summary>
    /// The last line in which the tool itself speaks of an error, with the detail that PostgreSQL's tools put on the line after it; else the last line.
    /// </summary>
    private static string? Detail(string tool, IReadOnlyList<string> stderr)
    {
        var index = stderr.Count - 1;
        while (index >= 0 && !IsError(tool, stderr[index]))
            index--;
        if (index < 0)
            return MongoDetail(stderr) ?? (stderr.Count == 0 ? null : Shorten(stderr[^1]));

        var text = stderr[index][$"{tool}: error: ".Length..];
        var detail = $"{tool}: detail: ";
        if (index + 1 < stderr.Count && stderr[index + 1].StartsWith(detail, StringComparison.Ordinal))
            text = $"{text} {stderr[index + 1][detail.Length..]}";
        return Shorten(text);
    }

    // "2026-11-23T02:15:00.123+0000\tFailed: …", among lines of progress.
    private static string? MongoDetail(IReadOnlyList<string> stderr)
    {
        const string Failed = "\tFailed: ";
        var line = stderr.LastOrDefault(l => l.Contains(Failed, StringComparison.Ordinal));
        return line is null ? null : Shorten(line[(line.IndexOf(Failed, StringComparison.Ordinal) + Failed.Length)..]);
    }

    private static bool IsError(string tool, string line) => line.StartsWith($"{tool}: error: ", StringComparison.Ordinal);

    private static string Shorten(string text)
    {
        text = text.Trim();
        return text.Length <= MaxDetail ? text : $"{text[..MaxDetail]}…";
    }

    private static string Words(TimeSpan limit) => limit.TotalMinutes >= 2 ? $"{limit.TotalMinutes:0.#} minutes" : $"{limit.TotalSeconds:0.#} seconds";
}
