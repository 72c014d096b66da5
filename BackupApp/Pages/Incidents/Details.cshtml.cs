using BackupApp.Errors;
using BackupApp.Pages.Ui;
using BackupApp.Protection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace BackupApp.Pages.Incidents;

/// <summary>One incident, and "I know, until …".</summary>
public sealed class DetailsModel(BackupApp.Protection.Incidents incidents, TimeProvider time) : FeaturePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty]
    public AcknowledgeInput Input { get; set; } = new();

    public Incident Incident { get; private set; } = null!;

    public DateTimeOffset Now => time.GetUtcNow();

    public static IReadOnlyList<SelectListItem> Spans { get; } =
    [
        new("for 24 hours", "24"), new("for 3 days", "72"), new("for a week", "168"), new("for 30 days", "720"),
    ];

    public Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => SaveAsync(async () =>
    {
        await LoadAsync(cancellationToken);
        return Page();
    });

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => SaveInputAsync(
        async () =>
        {
            await incidents.AcknowledgeAsync(Id, Now.AddHours(Input.Hours), Input.Why, cancellationToken);
            TempData.Success("Nobody is reminded of it until then.");
            return RedirectToPage(new { Id });
        },
        () => LoadAsync(cancellationToken));

    public Task<IActionResult> OnPostTakeBackAsync(CancellationToken cancellationToken) => ActAsync(
        async () =>
        {
            await incidents.TakeBackAsync(Id, cancellationToken);
            TempData.Success("Taken back: people are reminded of it again.");
            return RedirectToPage(new { Id });
        },
        () => RedirectToPage(new { Id }));

    private async Task LoadAsync(CancellationToken cancellationToken) => Incident = await incidents.FindAsync(Id, cancellationToken);

    /// <summary>As it is entered.</summary>
    public sealed class AcknowledgeInput
    {
        public int Hours { get; set; } = 24;

        public string? Why { get; set; }
    }
}
