using System.Globalization;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.DataSources;

/// <summary>Shows what would happen to the ticked sources, asks for what it takes, and does it.</summary>
public sealed class BulkModel(
    AppDbContext db, LabelledSources labelled, IServiceScopeFactory scopes, CurrentActor actor, TimeProvider time) : FeaturePage
{
    /// <summary>More at once nobody looks through.</summary>
    private const int Most = 500;

    private const int NotesShown = 5;

    /// <summary>By which "all" is meant.</summary>
    [BindProperty(SupportsGet = true)]
    public SourceListInput Filter { get; set; } = new();

    [BindProperty]
    public BulkAction Action { get; set; }

    /// <summary>Each may hold several, between commas.</summary>
    [BindProperty]
    public List<string> Ids { get; set; } = [];

    /// <summary>All that fit the filter, whatever is ticked.</summary>
    [BindProperty]
    public bool All { get; set; }

    [BindProperty]
    public BulkInput Input { get; set; } = new();

    public IReadOnlyList<BulkRow> Rows { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Policies { get; private set; } = [];

    public int Affected => Rows.Count(r => r.IsDone(Action));

    public string Chosen => string.Join(',', Rows.Select(r => r.Source.Id));

    public string Question => $"{BulkWords.Verb(Action)} {Quantity.Count(Rows.Count, "data source")}?";

    public string Submit => $"{BulkWords.Verb(Action)} {Quantity.Count(Affected, "data source")}";

    /// <summary>The list that it began with, with its filter.</summary>
    public string ListHref => Filter.View(Request.PathBase).Address.Href;

    public string RunHref => Url.Page("Bulk", "Run") + Filter.View(Request.PathBase).Address.Rest;

    public IActionResult OnGet() => LocalRedirect(ListHref);

    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        ModelState.Clear();
        return await LoadAsync(cancellationToken) ?? Page();
    }

    /// <param name="hours">Of a pause; 0 until somebody resumes it.</param>
    /// <param name="why">Of a pause.</param>
    public async Task<IActionResult> OnPostRunAsync(int hours, string? why, CancellationToken cancellationToken)
    {
        if (await LoadAsync(cancellationToken) is { } nothing)
            return nothing;
        if (Action == BulkAction.Attach && Policies.All(p => p.Value != Input.PolicyId?.ToString()))
            ModelState.AddModelError("Input.PolicyId", "Choose a policy.");
        if (Action == BulkAction.Delete && Input.Typed?.Trim() != Rows.Count.ToString(CultureInfo.InvariantCulture))
            ModelState.AddModelError("Input.Typed", $"Type the number of data sources that are deleted: {Rows.Count}");
        if (!ModelState.IsValid)
            return Page();
        return await SaveAsync(async () =>
        {
            var terms = PauseTerms.OfForm(hours, why, time.GetUtcNow());
            var result = await new BulkRun(scopes, actor.Value).RunAsync(Rows, Action, Input.PolicyId, terms, cancellationToken);
            Tell(result);
            return LocalRedirect(ListHref);
        });
    }

    // Bad news is not told in green.
    private void Tell(BulkRun.BulkOutcome result)
    {
        var done = $"{Quantity.Count(result.Done, "data source")} {BulkWords.Done(Action)}.";
        if (result.Done > 0 && Action == BulkAction.Pause)
            TempData.Warning(done);
        else if (result.Done > 0)
            TempData.Success(done);
        if (result.Notes.Count == 0)
            return;
        var more = result.Notes.Count > NotesShown ? $" {result.Notes.Count - NotesShown} more are in the audit log or unchanged." : "";
        TempData.Error(string.Join(' ', result.Notes.Take(NotesShown)) + more);
    }

    private async Task<IActionResult?> LoadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Guid> ids = All
            ? await (await Filter.FilterAsync(db, labelled, cancellationToken)).Select(s => s.Id).ToListAsync(cancellationToken)
            : BulkWords.ReadIds(Ids);
        if (ids.Count > Most)
            return Back($"At most {Most} data sources at once: narrow the list by a filter.");
        Rows = await BulkRows.ReadAsync(db, ids, cancellationToken);
        if (Rows.Count == 0)
            return Back("Tick the data sources that you mean.");
        if (Action == BulkAction.Attach)
            Policies = await db.Set<BackupPolicy>().OrderBy(p => p.NameKey).Select(p => new SelectListItem(p.Name, p.Id.ToString()))
                .ToListAsync(cancellationToken);
        return Action == BulkAction.Attach && Policies.Count == 0 ? Back("There is no policy to attach: add one first.") : null;
    }

    private LocalRedirectResult Back(string why)
    {
        TempData.Error(why);
        return LocalRedirect(ListHref);
    }

    public sealed class BulkInput
    {
        public Guid? PolicyId { get; set; }

        /// <summary>How many are deleted, typed by who means it.</summary>
        public string? Typed { get; set; }
    }
}
