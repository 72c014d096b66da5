using BackupApp.Destinations.S3;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Destinations;

/// <summary>What adding and editing a destination share.</summary>
public abstract class FormModel : FeaturePage
{
    [BindProperty]
    public S3DestinationInput Input { get; set; } = new();

    public abstract bool IsNew { get; }

    public IEnumerable<SelectListItem> Encryptions =>
    [
        new("As the bucket does by default", nameof(ServerSideEncryption.None)),
        new("With the store's own key (SSE-S3)", nameof(ServerSideEncryption.SseS3)),
        new("With a key of the key management service (SSE-KMS)", nameof(ServerSideEncryption.SseKms)),
    ];
}
