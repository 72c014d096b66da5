using BackupApp.Data;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>What is decided about a data source: its policies, its promise, its connection, its pause.</summary>
public sealed class SettingsModel(
    AppDbContext db, PromiseChanges promises, PolicyAttachments attachments, ProtectionReader protection) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public PromiseInput Input { get; set; } = new();

    public SourceHead Head { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        var age = await db.Set<SourcePromise>().Where(p => p.DataSourceId == Id).Select(p => p.MaxAge)
            .SingleOrDefaultAsync(cancellationToken);
        Input.MaxAgeHours = (int?)age?.TotalHours;
        return Page();
    }

    public async Task<IActionResult> OnPostPromiseAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        if (Input.MaxAgeHours is <= 0 or > PromiseInput.MostHours)
            ModelState.AddModelError("Input.MaxAgeHours", $"Give a number of hours from 1 to {PromiseInput.MostHours}, or nothing.");
        return await SaveInputAsync(async () =>
        {
            var age = Input.MaxAgeHours is { } hours ? TimeSpan.FromHours(hours) : (TimeSpan?)null;
            var looser = await promises.SetMaxAgeAsync(Id, age, cancellationToken);
            // Bad news is not told in green.
            if (looser.Count > 0)
                TempData.Error($"Saved. {string.Join(' ', looser)}");
            else
                TempData.Success("Saved.");
            return RedirectToPage(new { Id });
        });
    }

    /// <summary>What is promised and by whom.</summary>
    public static string Sentence(Promise promise) => promise switch
    {
        { Origin: PromiseOrigin.None } => "Nothing is promised: it has no schedule, and nobody set an age.",
        { Origin: PromiseOrigin.Hand } => $"Its newest good backup is {promise.Sentence}, as somebody set it.",
        { Origin: PromiseOrigin.Kept } => $"Its newest good backup is {promise.Sentence}, by a schedule that is gone.",
        { Policy: { } policy } => $"Its newest good backup is {promise.Sentence}, by {policy}.",
        _ => $"Its newest good backup is {promise.Sentence}.",
    };

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await SourceHead.ReadAsync(db, protection, attachments, Id, SourceSection.Settings, cancellationToken) is not { } head)
            return false;
        Head = head;
        return true;
    }

    public sealed class PromiseInput
    {
        /// <summary>As long as <see cref="SourcePromise.LongestAge"/>.</summary>
        public const int MostHours = 366 * 24;

        /// <summary>Null to go by the schedules.</summary>
        public int? MaxAgeHours { get; set; }
    }
}
