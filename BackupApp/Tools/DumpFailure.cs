using BackupApp.Errors;

namespace BackupApp.Tools;

/// <summary>Turns the end of a tool into one sentence for the user.</summary>
internal static class DumpFailure
{
    /// <summary>The code of a tool that ended with an error of its own or its server's.</summary>
    public const string Failed = "dump_failed";

    private const int MaxDetail = 500;

    private static readonly string[] Kinds = ["error", "detail", "hint"];

    /// <param name="advise">What to do about the tool's words, or null where they speak for themselves.</param>
    public static DumpFailedException FromExit(string program, int exitCode, IReadOnlyList<string> stderr, Func<string, string?> advise)
    {
        var tool = Path.GetFileName(program);
        if (SignalName(exitCode - 128) is { } signal)
            return new(RunStage.Dump, Failed, Killed(tool, exitCode - 128, signal));

        if (Detail(tool, stderr) is not { } detail)
            return new(RunStage.Dump, Failed, $"{tool} ended with exit code {exitCode} and said nothing.");
        var advice = advise(detail) is { } words ? $" {words}" : "";
        return new(RunStage.Dump, Failed, $"{tool} ended with exit code {exitCode}: {Shorten(detail)}{advice}");
    }

    public static DumpFailedException Stalled(string program, TimeSpan limit, bool inSink) => inSink
        ? new(RunStage.Store, "stalled", $"The destination took no data for {Words(limit)}.")
        : new(
            RunStage.Dump,
            "stalled",
            $"{Path.GetFileName(program)} sent no data for {Words(limit)}; it may be waiting for a lock or for a server that hangs.");

    private static string Killed(string tool, int number, string signal) =>
        $"{tool} was killed by signal {number} ({signal})"
        + (number == Posix.SigKill ? "; on Linux that is often the kernel running out of memory." : ".");

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
    /// The first line in which the tool itself speaks of an error, which ends it, with all that
    /// follows: the server's DETAIL and HINT, and what was asked. Else the last line.
    /// </summary>
    private static string? Detail(string tool, IReadOnlyList<string> stderr)
    {
        var block = stderr.SkipWhile(line => !line.StartsWith($"{tool}: error: ", StringComparison.Ordinal)).ToList();
        if (block.Count == 0)
            return MongoDetail(stderr) ?? (stderr.Count == 0 ? null : stderr[^1]);
        var lines = block.Where(line => !IsExcerpt(line)).Select(line => WithoutPrefix(tool, line));
        return string.Join(' ', lines);
    }

    // Of the query, with a caret under the word that was not understood.
    private static bool IsExcerpt(string line) =>
        line.TrimStart() == "^" || (line.StartsWith("LINE ", StringComparison.Ordinal) && line.Contains(": ", StringComparison.Ordinal));

    private static string WithoutPrefix(string tool, string line)
    {
        var prefix = Kinds.Select(kind => $"{tool}: {kind}: ").FirstOrDefault(p => line.StartsWith(p, StringComparison.Ordinal)) ?? "";
        return line[prefix.Length..].Trim();
    }

    // "2026-11-23T02:15:00.123+0000\tFailed: …", among lines of progress.
    private static string? MongoDetail(IReadOnlyList<string> stderr)
    {
        const string Mark = "\tFailed: ";
        var line = stderr.LastOrDefault(l => l.Contains(Mark, StringComparison.Ordinal));
        return line?[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..];
    }

    private static string Shorten(string text)
    {
        text = text.Trim();
        return text.Length <= MaxDetail ? text : $"{text[..MaxDetail]}…";
    }

    private static string Words(TimeSpan limit) =>
        limit.TotalMinutes >= 2 ? $"{limit.TotalMinutes:0.#} minutes" : $"{limit.TotalSeconds:0.#} seconds";
}
