using BackupApp.Restores;

namespace BackupApp.Pages.Restores;

public sealed class WizardInput
{
    /// <summary>In the place of a part: all of them, or those that are checked.</summary>
    public static readonly Guid WholeServer = Guid.Empty;

    /// <summary>The part of a backup, or <see cref="WholeServer"/>.</summary>
    public Guid? What { get; set; }

    public WizardPlace Where { get; set; }

    public string? TargetDatabase { get; set; }

    /// <summary>The name that was suggested: as long as it stands there it follows the backup that is chosen.</summary>
    public string? SuggestedDatabase { get; set; }

    public string? TargetUri { get; set; }

    /// <summary>A login that was typed before the check, encrypted.</summary>
    public string? KeptLogin { get; set; }

    public string? Confirmation { get; set; }

    /// <summary>A line for each; empty for everything.</summary>
    public string? Tables { get; set; }

    public bool GoOnPastErrors { get; set; }

    public bool SwapPartial { get; set; }

    public bool WithoutSafetyBackup { get; set; }

    /// <summary>Schemas and tables that are checked, on whichever page of the list, as <see cref="PickKey"/> writes them.</summary>
    public List<string> Picked { get; set; } = [];

    /// <summary>A part of the names that are listed.</summary>
    public string? Search { get; set; }

    /// <summary>The page of the list, from 1.</summary>
    public int ListPage { get; set; } = 1;

    /// <summary>Of a whole server the parts that are checked.</summary>
    public List<Guid> Parts { get; set; } = [];

    public bool IsWhole => What == WholeServer;
}
