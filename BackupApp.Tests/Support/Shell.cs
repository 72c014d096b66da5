using System.Diagnostics;

namespace BackupApp.Tests.Support;

/// <summary>Runs a program to its end.</summary>
public static class Shell
{
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>The exit code and words of <c>gzip -t</c>, which reads the whole file.</summary>
    public static Task<(int ExitCode, string Output)> GzipTestAsync(string path) => RunAsync("sh", ["-c", "gzip -t < \"$1\"", "sh", path]);
}
