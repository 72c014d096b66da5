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

public static class DayOutcomes
{
    /// <summary>The one rule by which every strip and calendar tells how a day was.</summary>
    /// <param name="hasGood">A backup that is still good.</param>
    /// <param name="hasPartial">One of a part of a server.</param>
    /// <param name="hasFailed">A run that failed, or whose backup is damaged.</param>
    /// <param name="isMissed">Something was due and did not run.</param>
    public static DayOutcome Of(bool hasGood, bool hasPartial, bool hasFailed, bool isMissed) => hasGood ? DayOutcome.Good
        : hasPartial ? DayOutcome.Partial
        : hasFailed ? DayOutcome.Failed
        : isMissed ? DayOutcome.Missed
        : DayOutcome.None;
}

/// <param name="Day">As the viewer's clock has it.</param>
/// <param name="Bytes">Stored by the last good backup of that day; null without one.</param>
public sealed record SourceDay(DateOnly Day, DayOutcome Outcome, long? Bytes);
