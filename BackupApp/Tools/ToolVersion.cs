using System.ComponentModel;
using System.Diagnostics;

namespace BackupApp.Tools;

/// <summary>Asks a program what it is.</summary>
internal static class ToolVersion
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>What <c>--version</c> prints; null for what cannot be run, fails or takes longer than 5 s.</summary>
    public static string? Ask(string file)
    {
        var start = new ProcessStartInfo(file, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using var process = Process.Start(start)!;
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return process.ExitCode == 0 ? process.StandardOutput.ReadToEnd() : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
