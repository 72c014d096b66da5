using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BackupApp.E2E.Pages;
using BackupApp.E2E.Support;
using Microsoft.Playwright;

namespace BackupApp.E2E.Scenarios;

/// <summary>
/// What Lighthouse says of the pages that are open most, with five hundred databases: as on a telephone with a slow network and a slow
/// processor. Times are judged here, so it runs only when asked for, on a quiet machine: scripts/lighthouse.
/// </summary>
public sealed class LighthouseTests(Chromium chromium, AppUnderTest app, ITestOutputHelper output)
    : Scenario(chromium, app), IClassFixture<AppUnderTest>
{
    private const int Runs = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static string Program =>
        Environment.GetEnvironmentVariable("BACKUPAPP_LIGHTHOUSE") ?? throw new InvalidOperationException("Use scripts/lighthouse.");

    [Fact(Explicit = true)]
    public async Task The_pages_that_are_open_most_reach_95()
    {
        await using var source = await SourceDatabase.CreateAsync(rows: 1);
        var page = await SignInAsync();
        await page.AddSourceAsync("Shop", source);
        await page.AttachToNewPolicyAsync(await App.SourcePathAsync("Shop"), "Nightly");
        await App.AddBoardAsync("Shop", 500);
        await App.AddJobsAsync("Shop", 40);
        List<string> tooLow = [];
        foreach (var (name, path) in new[]
            {
                ("dashboard", "/"),
                ("source", await App.SourcePathAsync("Shop")),
                ("job", await App.JobPathAsync("success")),
                ("history", "/Jobs"),
            })
        {
            var scores = new List<Scores>();
            for (var run = 0; run < Runs; run++)
                scores.Add(await MeasureAsync(page, path));
            var median = new Scores(
                Median(scores, s => s.Performance),
                Median(scores, s => s.Accessibility),
                Median(scores, s => s.Shift),
                Median(scores, s => s.Bytes),
                Median(scores, s => s.Server));
            output.WriteLine($"{name}: {median}");
            if (median.Performance < 0.95 || median.Accessibility < 0.95 || median.Shift > PageChecks.MostShift)
                tooLow.Add($"{name}: {median}");
        }

        Assert.Empty(tooLow);
    }

    private async Task<Scores> MeasureAsync(IPage page, string path)
    {
        var folder = Directory.CreateTempSubdirectory("backupapp-lighthouse-").FullName;
        try
        {
            // The session is in a file and not in the command line.
            var headers = Path.Combine(folder, "headers.json");
            var cookies = string.Join("; ", (await page.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
            var header = new Dictionary<string, string> { ["Cookie"] = cookies };
            await File.WriteAllTextAsync(headers, JsonSerializer.Serialize(header), Cancel);
            var report = Path.Combine(folder, "report.json");
            var start = new ProcessStartInfo(Program,
            [
                new Uri(App.Address, path).AbsoluteUri,
                "--quiet",
                "--chrome-flags=--headless --no-sandbox",
                $"--extra-headers={headers}",
                "--only-categories=performance,accessibility",
                "--output=json",
                $"--output-path={report}",
            ]);
            start.Environment["CHROME_PATH"] = Servers.Chromium;
            using var lighthouse = Process.Start(start)!;
            await lighthouse.WaitForExitAsync(Cancel).WaitAsync(Patience, Cancel);
            Assert.Equal(0, lighthouse.ExitCode);
            return Scores.Read(await File.ReadAllTextAsync(report, Cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(List<Scores> scores, Func<Scores, double> value) => scores.Select(value).Order().ElementAt(Runs / 2);

    /// <param name="Performance">0 to 1.</param>
    /// <param name="Accessibility">0 to 1.</param>
    /// <param name="Shift">Cumulative layout shift.</param>
    /// <param name="Bytes">Over the wire.</param>
    /// <param name="Server">Milliseconds until the first byte.</param>
    private sealed record Scores(double Performance, double Accessibility, double Shift, double Bytes, double Server)
    {
        public static Scores Read(string report)
        {
            using var json = JsonDocument.Parse(report);
            var root = json.RootElement;
            Assert.False(root.TryGetProperty("runtimeError", out var error), error.ToString());
            double Category(string name) => root.GetProperty("categories").GetProperty(name).GetProperty("score").GetDouble();
            double Audit(string name) => root.GetProperty("audits").GetProperty(name).GetProperty("numericValue").GetDouble();
            return new(
                Category("performance"),
                Category("accessibility"),
                Audit("cumulative-layout-shift"),
                Audit("total-byte-weight"),
                Audit("server-response-time"));
        }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"performance {Performance * 100:0}, accessibility {Accessibility * 100:0}, shift {Shift:0.000}, "
            + $"{Bytes:N0} bytes, {Server:0} ms");
    }
}
