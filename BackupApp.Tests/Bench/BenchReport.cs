using System.Globalization;
using System.Text;

namespace BackupApp.Tests.Bench;

/// <summary>Markdown, as it goes into the README. Lines appear while the bench runs, the whole in the end in the file that is asked for.</summary>
public sealed class BenchReport
{
    private readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    public void Title(string title) => Line($"\n### {title}\n");

    public void Line(string line)
    {
        _text.AppendLine(line);
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
