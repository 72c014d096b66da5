using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;

namespace BackupApp.Pages.Contents;

/// <summary>The warnings of one job, for their partial.</summary>
/// <param name="Parts">What was read of the job's artifacts.</param>
public sealed record WarningList(Guid JobId, IReadOnlyList<ContentWarning> Warnings, IReadOnlyList<KeptInventory> Parts)
{
    /// <summary>To the last good backup before the loss, and the table that lost something.</summary>
    public string RestoreHref(string pathBase, ContentWarning warning) => RestoreLink.Of(
        pathBase, "before", JobId, Parts.FirstOrDefault(p => p.ArtifactId == warning.ArtifactId)?.Database, warning.Schema, warning.Table);
}
