using BackupApp.Inventories.Changes;

namespace BackupApp.Pages.Contents;

/// <summary>The warnings of one job, for their partial.</summary>
public sealed record WarningList(Guid JobId, IReadOnlyList<ContentWarning> Warnings);
