namespace BackupApp.Tools;

/// <summary>How long to wait for a tool, and how much it may take.</summary>
/// <param name="Stall">
/// No byte moved for this long ends the dump: neither did the tool give one nor did the sink take one. The sink counts because a store that
/// hangs would otherwise keep a job running for ever; it must be able to take 256 KiB, or make room for it, in this time.
/// </param>
/// <param name="Patience">Time between SIGTERM and SIGKILL.</param>
/// <param name="Priority">Null for that of this process.</param>
public sealed record DumpLimits(TimeSpan Stall, TimeSpan Patience, ToolPriority? Priority = null)
{
    public static DumpLimits Default { get; } = new(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(10));
}

/// <param name="Bytes">Bytes the tool wrote to standard output, all of which the sink took.</param>
public sealed record DumpExit(long Bytes, TimeSpan Elapsed);
