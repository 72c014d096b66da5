using System.ComponentModel;
using System.Diagnostics;

namespace BackupApp.Tools;

/// <summary>Asks a program what it is.</summary>
internal static class ToolVersion
{
    /// <summary>Enough for a cold disk on a busy machine: in time for a backup that is about to begin.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>What <c>--version</c> prints; null for what cannot be run, fails or takes too long this time.</summary>
    public static string? Ask(string file, TimeSpan limit)
    {
        var start = new ProcessStartInfo(file, ["--version"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using var process = Process.Start(start)!;
            if (!process.WaitForExit(limit))
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
