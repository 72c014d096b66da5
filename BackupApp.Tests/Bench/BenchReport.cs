using System.Globalization;

namespace BackupApp.Tests.Bench;

/// <summary>
/// Markdown, as it goes into scripts/bench.md. Lines appear at once, so that a bench that is stopped leaves what it has measured.
/// </summary>
public sealed class BenchReport(TextWriter file)
{
    public void Title(string title) => Line($"\n### {title}\n");

    public void Line(string line)
    {
        file.WriteLine(line);
        file.Flush();
        Console.Error.WriteLine(line);
    }

    public void Row(params string[] cells) => Line($"| {string.Join(" | ", cells)} |");

    public void Header(params string[] cells)
    {
        Row(cells);
        Row([.. cells.Select(_ => "---")]);
    }

    public static void Progress(string words) => Console.Error.WriteLine($"  … {words}");

    public static string Number(double value, string format = "0.00") => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => (bytes / 1e6).ToString("0", CultureInfo.InvariantCulture);

    public static string Mebibytes(double bytes) => (bytes / (1 << 20)).ToString("0", CultureInfo.InvariantCulture);

    /// <param name="part">From 0 to 1; 0.5 is the median.</param>
    public static double Percentile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * part) - 1, 0, sorted.Count - 1)];
    }
}
