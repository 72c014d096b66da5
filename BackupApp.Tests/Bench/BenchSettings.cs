using System.Globalization;

namespace BackupApp.Tests.Bench;

/// <summary>How much is measured; scripts/bench says it by environment variables.</summary>
/// <param name="Megabytes">10^6 bytes that the dumps of all data come to.</param>
/// <param name="Runs">Of each thing that is compared.</param>
/// <param name="LongMegabytes">Of the long stream.</param>
/// <param name="Jobs">In the history.</param>
/// <param name="SmallJobs">That follow one another.</param>
/// <param name="IdleSeconds">After the last of them; a minute later their memory is given back.</param>
/// <param name="QuietSeconds">During which the idle app is watched.</param>
/// <param name="Kinds">Of data that pipelines are compared on, the text first.</param>
public sealed record BenchSettings(
    int Megabytes,
    int Runs,
    int LongMegabytes,
    int Jobs,
    int SmallJobs,
    int IdleSeconds,
    int QuietSeconds,
    int Kinds,
    IReadOnlyList<string> Sections)
{
    public const string ReportVariable = "BACKUPAPP_BENCH_REPORT";

    public static readonly IReadOnlyList<string> All =
    [
        "levels", "reader", "inventory", "first", "stream", "restore", "cores", "latency", "memory", "idle", "long", "history",
    ];

    /// <summary>Everything once and small, to see that it works; its times say nothing.</summary>
    public static BenchSettings Small => new(12, 1, 100, 5_000, 2, 1, 2, 1, All);

    public static BenchSettings FromEnvironment()
    {
        var chosen = (Environment.GetEnvironmentVariable("BACKUPAPP_BENCH_SECTIONS") ?? "").Split(
            ' ', StringSplitOptions.RemoveEmptyEntries);
        var settings = Read("SHORT") == 1
            ? Small
            : new BenchSettings(
                Read("MEGABYTES") ?? 4200,
                Read("RUNS") ?? 5,
                Read("LONG_MEGABYTES") ?? 60_000,
                Read("JOBS") ?? 1_000_000,
                100, 75, 300, 3,
                All);
        return chosen.Length == 0 ? settings : settings with { Sections = chosen };
    }

    /// <summary>Processes of the servers, to be bound to cores; none where they are not ours.</summary>
    public static IReadOnlyList<string> Servers(string name) =>
        (Environment.GetEnvironmentVariable($"BACKUPAPP_BENCH_{name}_PIDS") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static int? Read(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable($"BACKUPAPP_BENCH_{name}"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;
}
