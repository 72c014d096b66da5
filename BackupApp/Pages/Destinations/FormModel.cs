using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Destinations.S3;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Destinations;

/// <summary>What adding and editing a destination share.</summary>
public abstract class FormModel : FeaturePage
{
    [BindProperty]
    public S3DestinationInput Input { get; set; } = new();

    public abstract bool IsNew { get; }

    /// <summary>Shows again what was entered for an attempt that failed, and what was wrong with it.</summary>
    /// <param name="destinationId">Of an attempt to change one.</param>
    protected async Task<DestinationAttempt?> RestoreAsync(
        AppDbContext db, Guid? attemptId, Guid? destinationId, CancellationToken cancellationToken)
    {
        var attempt = attemptId is null ? null : await db.Set<DestinationAttempt>().AsNoTracking()
            .SingleOrDefaultAsync(a => a.Id == attemptId && a.DestinationId == destinationId && !a.Ok, cancellationToken);
        if (attempt?.ReadInput() is not { } input)
            return null;
        Input = input;
        foreach (var (field, problem) in attempt.ProblemsByField)
            ModelState.AddModelError($"Input.{field}", problem);
        if (attempt.ProblemsByField.Count == 0)
            ModelState.AddModelError("", attempt.Message ?? ProgressModel.Interrupted);
        return attempt;
    }

    public IEnumerable<SelectListItem> Encryptions =>
    [
        new("As the bucket does by default", nameof(ServerSideEncryption.None)),
        new("With the store's own key (SSE-S3)", nameof(ServerSideEncryption.SseS3)),
        new("With a key of the key management service (SSE-KMS)", nameof(ServerSideEncryption.SseKms)),
    ];
}
