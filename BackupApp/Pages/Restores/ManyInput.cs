using BackupApp.Engines.Restores;

namespace BackupApp.Pages.Restores;

public enum ManyPlace
{
    /// <summary>All go to one server that is named.</summary>
    Server,

    /// <summary>Each beside its own database, under a dated name.</summary>
    Beside,
}

public sealed class ManyInput
{
    public List<Guid> Sources { get; set; } = [];

    public ManyPlace Where { get; set; }

    public string? TargetUri { get; set; }

    /// <summary>A login that was typed before the check, encrypted.</summary>
    public string? KeptLogin { get; set; }

    /// <summary>What the sources came to at the check.</summary>
    public List<ManyItem> Items { get; set; } = [];
}

public sealed class ManyItem
{
    public Guid DataSourceId { get; set; }

    public Guid? BackupId { get; set; }

    public Guid? ArtifactId { get; set; }

    public string? TargetDatabase { get; set; }

    public bool IsChosen { get; set; }

    /// <summary>It was chosen, and something is in its way: once that is gone it is chosen again.</summary>
    public bool IsHeldUp { get; set; }
}

/// <summary>A line of the table of probes.</summary>
/// <param name="Number">Of its item in the form.</param>
/// <param name="Size">Bytes as stored.</param>
/// <param name="Probe">Null where it was not looked at.</param>
/// <param name="Warnings">What is known against this backup of it.</param>
public sealed record ManyRow(
    int Number, ManyItem Item, string Source, string Database, DateTimeOffset TakenAt, long Size, TargetProbe? Probe,
    IReadOnlyList<string> Warnings);
