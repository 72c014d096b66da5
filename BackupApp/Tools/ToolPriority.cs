using System.Globalization;

namespace BackupApp.Tools;

/// <summary>ionice's classes that an unprivileged process may give.</summary>
public enum ToolIoClass
{
    /// <summary>As this process.</summary>
    Unchanged,

    /// <summary>Best effort, after all others of that class.</summary>
    Low,

    /// <summary>Only while nobody else uses the disk.</summary>
    Idle,
}

/// <summary>How much a tool yields to the other programs of its machine.</summary>
/// <param name="Niceness">0 to 19.</param>
public sealed record ToolPriority(int Niceness, ToolIoClass IoClass)
{
    public static ToolPriority Unchanged { get; } = new(0, ToolIoClass.Unchanged);

    // Where the kernel groups processes by session, a process's niceness counts within its own session only, and this tool is
    // alone in its. The group has a niceness of its own; where there are no groups, or it may not be set, nice is all there is.
    private const string NiceGroup = "{ echo \"$1\" >/proc/self/autogroup; } 2>/dev/null; shift; exec \"$@\"";

    /// <summary>
    /// The words before the tool's own command line: programs that become the next one by exec, so the process stays the same.
    /// </summary>
    public IEnumerable<string> Prefix =>
    [
        .. Niceness > 0 ? (string[])["sh", "-c", NiceGroup, "sh", Nice, "nice", "-n", Nice] : [],
        .. IoClass switch
        {
            ToolIoClass.Low => (string[])["ionice", "-c", "2", "-n", "7"],
            ToolIoClass.Idle => ["ionice", "-c", "3"],
            _ => [],
        },
    ];

    private string Nice => Niceness.ToString(CultureInfo.InvariantCulture);
}
