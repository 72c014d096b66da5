using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;

namespace BackupApp.Pages.Contents;

/// <summary>The warnings of one job, for their partial.</summary>
/// <param name="Parts">What was read of the job's artifacts.</param>
public sealed record WarningList(Guid JobId, IReadOnlyList<ContentWarning> Warnings, IReadOnlyList<KeptInventory> Parts)
{
    /// <summary>To the last good backup before the loss, and the table that lost something.</summary>
    public string RestoreHref(string pathBase, ContentWarning warning) => warning.Rule == WarningRule.DatabaseGone
        ? RestoreLink.Of(pathBase, "before", JobId, warning.Table, "", "")
        : RestoreLink.Of(pathBase, "before", JobId, DatabaseOf(warning), warning.Schema, warning.Table);

    private string? DatabaseOf(ContentWarning warning) => Parts.FirstOrDefault(p => p.ArtifactId == warning.ArtifactId)?.Database;
}
