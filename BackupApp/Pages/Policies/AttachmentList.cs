using BackupApp.Policies;

namespace BackupApp.Pages.Policies;

/// <summary>The model of <c>_Attachments.cshtml</c>, for the page of a data source.</summary>
public sealed record AttachmentList(
    Guid DataSourceId,
    bool SourceIsActive,
    IReadOnlyList<AttachedPolicy> Attached,
    IReadOnlyList<OfferedPolicy> Offered)
{
    public static async Task<AttachmentList> LoadAsync(
        PolicyAttachments attachments, Guid dataSourceId, bool sourceIsActive, CancellationToken cancellationToken) =>
        new(
            dataSourceId,
            sourceIsActive,
            await attachments.OfSourceAsync(dataSourceId, cancellationToken),
            await attachments.OfferedToAsync(dataSourceId, cancellationToken));
}
