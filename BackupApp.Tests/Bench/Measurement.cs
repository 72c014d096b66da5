using System.Diagnostics;
using System.Globalization;

namespace BackupApp.Tests.Bench;

/// <param name="Wall">Seconds.</param>
/// <param name="Cpu">CPU seconds of the programs, not of the database server and the store.</param>
/// <param name="Peak">Bytes of resident memory of all its processes together, looked at ten times a second.</param>
/// <param name="Stored">Bytes; null where nothing is stored.</param>
public sealed record Measurement(double Wall, double Cpu, long Peak, long? Stored);

/// <summary>Reads /proc.</summary>
public static class Processes
{
    private static readonly double TicksPerSecond = 100; // USER_HZ, the same on every Linux that .NET runs on.

    /// <summary>Of the process and of its children that have ended, in seconds.</summary>
    public static double Cpu(int process)
    {
        var fields = Stat(process) ?? throw new InvalidOperationException("The process is gone.");
        return fields[11..15].Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    /// <summary>Of the process, and of all below it whether they have ended or not, in seconds.</summary>
    public static double TreeCpu(int process) =>
        Cpu(process) + Tree(process).Where(id => id != process).Select(Stat).Where(fields => fields is not null)
            .Sum(fields => fields![11..13].Sum(f => double.Parse(f, CultureInfo.InvariantCulture))) / TicksPerSecond;

    /// <summary>Resident memory in which what several processes share is counted once, in bytes.</summary>
    public static long Shared(int process) => File.ReadLines($"/proc/{process}/smaps_rollup")
        .Where(l => l.StartsWith("Pss:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10)
        .Single();

    /// <inheritdoc cref="Shared"/>
    public static long TreeShared(int process) => Tree(process).Where(id => Stat(id) is not null).Sum(Shared);

    /// <summary>How many processes below this one have the words in their title.</summary>
    public static int Children(int process, string words) =>
        Tree(process).Count(id => id != process && File.ReadAllText($"/proc/{id}/cmdline").Contains(words, StringComparison.Ordinal));

    /// <summary>A line of /proc/PID/status, in bytes.</summary>
    public static long Status(int process, string name) => File.ReadLines($"/proc/{process}/status")
        .Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10)
        .Single();

    /// <summary>The peak of resident memory starts anew.</summary>
    public static void ResetPeak(int process) => File.WriteAllText($"/proc/{process}/clear_refs", "5");

    /// <summary>The most resident memory that a process and its descendants have while the work goes on.</summary>
    public static async Task<long> PeakAsync(int process, Task work)
    {
        var peak = 0L;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!work.IsCompleted)
        {
            peak = Math.Max(peak, Tree(process).Sum(Resident));
            await Task.WhenAny(work, timer.WaitForNextTickAsync().AsTask());
        }

        await work;
        return peak;
    }

    /// <summary>Binds processes, with all their threads, to some cores.</summary>
    public static async Task BindAsync(IEnumerable<string> processes, string cores)
    {
        foreach (var process in processes)
        {
            using var taskset = Process.Start(
                new ProcessStartInfo("taskset", ["-a", "-c", "-p", cores, process]) { RedirectStandardOutput = true })!;
            await taskset.StandardOutput.ReadToEndAsync();
            await taskset.WaitForExitAsync();
        }
    }

    private static HashSet<int> Tree(int root)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Stat(id) is { } fields)
                parents[id] = int.Parse(fields[1], CultureInfo.InvariantCulture);
        }

        var tree = new HashSet<int> { root };
        for (var before = 0; tree.Count > before;)
        {
            before = tree.Count;
            tree.UnionWith(parents.Where(p => tree.Contains(p.Value)).Select(p => p.Key).ToList());
        }

        return tree;
    }

    private static long Resident(int process) =>
        Stat(process) is { } fields ? long.Parse(fields[21], CultureInfo.InvariantCulture) * Environment.SystemPageSize : 0;

    // What follows the name: state, parent, …; null when the process has ended.
    private static string[]? Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
