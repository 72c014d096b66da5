namespace BackupApp.Protection.Board;

/// <summary>What a day brought a source.</summary>
public enum DayOutcome
{
    /// <summary>Nothing ran, and nothing should have.</summary>
    None,

    /// <summary>A good backup, whatever else failed on that day: what another run mended is no trouble any more.</summary>
    Good,

    /// <summary>At best one of a part of a server.</summary>
    Partial,

    /// <summary>Runs, and no backup that is any good.</summary>
    Failed,

    /// <summary>A run was due and did not take place.</summary>
    Missed,
}

/// <param name="Day">In UTC.</param>
/// <param name="Bytes">Stored by the last good backup of that day; null without one.</param>
public sealed record SourceDay(DateOnly Day, DayOutcome Outcome, long? Bytes);
