using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Policies;

/// <summary>Fragments for the form while one types.</summary>
public sealed class PreviewModel(RetentionPreview expiry, TimeProvider time) : PageModel
{
    public PartialViewResult OnGet(string? cron, string? zone) =>
        Partial("/Pages/Policies/_NextRuns.cshtml", NextRuns.Of(cron, zone, time.GetUtcNow()));

    public PartialViewResult OnGetRetention(string? days, string? last) =>
        Partial("/Pages/Policies/_RetentionSentence.cshtml", FormModel.Rule(Number(days), Number(last)));

    public async Task<PartialViewResult> OnGetExpiryAsync(
        Guid policy, string? days, string? last, CancellationToken cancellationToken) =>
        Partial(
            "/Pages/Policies/_Expiry.cshtml",
            FormModel.Rule(Number(days), Number(last)) is { } rule
                ? await expiry.ReadAsync(policy, rule, cancellationToken)
                : ExpiryPreview.Nothing);

    private static int? Number(string? text) => int.TryParse(text, out var number) ? number : null;
}
