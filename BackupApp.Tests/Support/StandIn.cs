using BackupApp.Engines;
using BackupApp.Tools;

namespace BackupApp.Tests.Support;

/// <summary>A shell script in the place of a dump tool, for what the real ones do only when they are broken.</summary>
public static class StandIn
{
    public static readonly DumpLimits Limits = new(Stall: TimeSpan.FromMinutes(1), Patience: TimeSpan.FromSeconds(20));

    public static DumpProcess Process(string script, DumpLimits? limits = null, params string[] secrets) =>
        new(Command(script, secrets), limits ?? Limits, TimeProvider.System);

    public static ToolCommand Command(string script, params string[] secrets) =>
        new("/bin/sh", ["-c", script], new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, "sh 1", secrets, null);

    /// <summary>A program of this name in the folder, which tells its version and otherwise does what the script says.</summary>
    /// <returns>The folder.</returns>
    public static string Install(string folder, string name, string version, string script = "exit 0")
    {
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, name);
        File.WriteAllText(file, $"#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{version}'; exit; fi\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
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
