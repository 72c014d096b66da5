using System.Diagnostics;
using BackupApp.Engines;
using BackupApp.Tools;

namespace BackupApp.Tests.Support;

/// <summary>A shell script in the place of a dump tool, for what the real ones do only when they are broken.</summary>
public static class StandIn
{
    public static readonly DumpLimits Limits = new(Stall: TimeSpan.FromMinutes(1), Patience: TimeSpan.FromSeconds(20));

    public static DumpProcess Process(string script, DumpLimits? limits = null, params string[] secrets) =>
        Process(script, TimeProvider.System, limits, secrets);

    public static DumpProcess Process(string script, TimeProvider time, DumpLimits? limits = null, params string[] secrets) =>
        new(Command(script, secrets), limits ?? Limits, time);

    public static ToolCommand Command(string script, params string[] secrets) =>
        new("/bin/sh", ["-c", script], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "sh 1", secrets, null);

    /// <summary>A program of this name in the folder, which tells its version and otherwise does what the script says.</summary>
    /// <returns>The folder.</returns>
    public static string Install(string folder, string name, string version, string script = "exit 0")
    {
        Write(
            Path.Combine(Directory.CreateDirectory(folder).FullName, name),
            $"if [ \"$1\" = --version ]; then echo '{version}'; exit; fi\n{script}");
        return folder;
    }

    /// <summary>
    /// Writes a program for the shell. Another process does it: one that is started by a test beside this one, while this one has the
    /// file open, would have it open too for a moment, and the kernel starts no program that somebody may still write to.
    /// </summary>
    public static void Write(string file, string script)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$1\" && chmod 700 \"$1\"", "sh", file])
        {
            RedirectStandardInput = true,
        };
        using var shell = System.Diagnostics.Process.Start(start)!;
        shell.StandardInput.Write($"#!/bin/sh\n{script}\n");
        shell.StandardInput.Close();
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }

    /// <summary>There is no such process any more, not even as a zombie that nobody has asked for its exit code.</summary>
    public static bool IsGone(int process) => !Directory.Exists($"/proc/{process}");

    /// <summary>It has ended, though its new parent may not have asked for its exit code.</summary>
    public static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] is 'Z' or 'X';
        }
        catch (IOException)
        {
            return true;
        }
    }
}
