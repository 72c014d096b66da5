using BackupApp.Retention;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages.Policies;

/// <summary>Fragments for the form while one types.</summary>
public sealed class PreviewModel(TimeProvider time) : PageModel
{
    public PartialViewResult OnGet(string? cron, string? zone) =>
        Partial("/Pages/Policies/_NextRuns.cshtml", NextRuns.Of(cron, zone, time.GetUtcNow()));

    public PartialViewResult OnGetRetention(string? days, string? last) =>
        Partial("/Pages/Policies/_RetentionSentence.cshtml", FormModel.Rule(Number(days), Number(last)));

    private static int? Number(string? text) => int.TryParse(text, out var number) ? number : null;
}
