using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.FirstRun;
using BackupApp.Pages.Restores;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Protect;

/// <summary>From a connection URI to a scheduled backup that runs, on one page.</summary>
public sealed class IndexModel(
    AppDbContext db,
    StartProtection start,
    NewConnections connections,
    EngineCatalog engines,
    ChecklistReader checklist,
    IDataProtectionProvider protection,
    TimeProvider time) : ProtectPage(db, time)
{
    private readonly LoginKeeper _keeper = new(protection);

    /// <summary>What was typed before the page was shown again, encrypted: password fields come back empty.</summary>
    [BindProperty]
    public string? KeptUri { get; set; }

    [BindProperty]
    public string? KeptPassword { get; set; }

    /// <summary>What the test found; null before one.</summary>
    public NewConnection? Tried { get; private set; }

    /// <summary>What the source will be called if nobody says; null while that is not known.</summary>
    public string? SuggestedName { get; private set; }

    /// <summary>Why there was nothing to test.</summary>
    public string? NotTried { get; private set; }

    public string UriPlaceholder =>
        KeptUri is null ? "postgresql://user:password@host:5432/shop" : "Kept from before. Paste another one to change it.";

    public bool IsFirst { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Input.Mode = CredentialMode.ConnectionUri;
        await SuggestTimeAsync(cancellationToken);
        await LoadAsync(cancellationToken);
    }

    /// <summary>What the schedule and the rule come to, while one types.</summary>
    public PartialViewResult OnGetPlan([FromQuery] ScheduleWords words, string? zone, string? days, string? last) =>
        Partial("_Plan", PlanView.Of(words, zone, Number(days), Number(last), Time.GetUtcNow()));

    /// <summary>Without a script: the same, with the whole page.</summary>
    public Task<IActionResult> OnPostPlanAsync(CancellationToken cancellationToken)
    {
        ReadSecrets();
        return AgainAsync(cancellationToken);
    }

    /// <summary>The destinations again, when one was added beside this page.</summary>
    public async Task<PartialViewResult> OnPostDestinationsAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        return Partial("_Destination", this);
    }

    public async Task<IActionResult> OnPostTryAsync(CancellationToken cancellationToken)
    {
        ReadSecrets();
        Terms.Pick(Input);
        try
        {
            Tried = await connections.TryAsync(Input, cancellationToken);
            SuggestedName = SourceNames.Suggest(Tried.Connection, Tried.Scope, await NamesAsync(cancellationToken));
        }
        catch (Errors.InvalidInputException e)
        {
            NotTried = string.Join(' ', e.Problems.Values);
        }

        return WantsPart ? Partial("_Tried", this) : await AgainAsync(cancellationToken);
    }

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        ReadSecrets();
        return GuardAsync(
            async () =>
            {
                var made = await start.RunAsync(Input, Terms, runsNow: true, cancellationToken);
                if (made.JobId is { } job)
                {
                    TempData.Success($"{made.Source.Name} is protected. This is its first backup; the next ones come by themselves.");
                    return RedirectToPage("/Jobs/Details", new { id = job });
                }

                TempData.Error(SavedBut.Of(made.Source.LastTest!));
                return RedirectToPage("/DataSources/Details", new { id = made.Source.Id });
            },
            cancellationToken);
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        await base.LoadAsync(cancellationToken);
        IsFirst = await checklist.IsEmptyAsync(cancellationToken);
        // Or the fields would show what was posted.
        ModelState.Remove(nameof(KeptUri));
        ModelState.Remove(nameof(KeptPassword));
        KeptUri = _keeper.Keep(Input.Uri);
        KeptPassword = _keeper.Keep(Input.Engine == Engine.Mongodb ? Input.Mongo.Password : Input.Password);
    }

    protected override void ReadSecrets()
    {
        Input.Uri = _keeper.Read(Input.Uri, KeptUri);
        if (Input.Mode == CredentialMode.ConnectionUri)
            Input.Engine = engines.OfUri(Input.Uri) ?? Engine.Postgres;
        if (Input.Engine == Engine.Mongodb)
            Input.Mongo.Password = _keeper.Read(Input.Mongo.Password, KeptPassword);
        else
            Input.Password = _keeper.Read(Input.Password, KeptPassword);
    }

    private Task<List<string>> NamesAsync(CancellationToken cancellationToken) =>
        Db.Set<DataSource>().Select(s => s.Name).ToListAsync(cancellationToken);

    private static int? Number(string? text) => int.TryParse(text, out var number) ? number : null;
}
