using BackupApp.Engines.Restores;
using BackupApp.Pages.Ui;
using BackupApp.Restores;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Pages.Restores;

/// <summary>
/// What, where, checks, confirm: one page. It looks at the target first and shows what it found; only then there is a button that
/// restores. Between the two a login that was typed is in the form only encrypted, and for half an hour.
/// </summary>
public sealed class CreateModel(
    RestoreChoices choices, RestoreProbes probes, StartRestore start, OverwriteRule rule, IDataProtectionProvider protection) : FeaturePage
{
    private readonly LoginKeeper _logins = new(protection);

    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Backup { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Artifact { get; set; }

    /// <summary>The newest backup that is not newer; in UTC.</summary>
    [BindProperty(SupportsGet = true)]
    public DateTime? AsOf { get; set; }

    [BindProperty]
    public WizardInput Input { get; set; } = new();

    public RestoreChoice Choice { get; private set; } = null!;

    /// <summary>What the look at the target found; null before it.</summary>
    public RestoreProbe? Probe { get; private set; }

    public bool MayOverwrite => rule.Allows(User, Choice.Source.Engine);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        var wanted = Choice.Parts.FirstOrDefault(p => p.ArtifactId == Artifact) ?? (Choice.Parts is [var newest, ..] ? newest : null);
        if (wanted is { } chosen)
        {
            Input.What = chosen.ArtifactId;
            Input.TargetDatabase = TargetNames.Beside(chosen.Database, chosen.TakenAt);
        }

        Input.Where = Choice.CanUseOwnLogin ? WizardPlace.Beside : WizardPlace.Server;
        return Page();
    }

    /// <summary>Looks at the target, and shows what it found.</summary>
    public Task<IActionResult> OnPostCheckAsync(CancellationToken cancellationToken) => WithChoiceAsync(
        async () =>
        {
            Probe = await probes.RunAsync(ToInput(), cancellationToken);
            KeepLogin();
            return Page();
        },
        cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => WithChoiceAsync(
        async () =>
            RedirectToPage("/Restores/Details", new { id = await start.RunAsync(ToInput(), cancellationToken), source = (Guid?)null }),
        cancellationToken);

    private async Task<IActionResult> WithChoiceAsync(Func<Task<IActionResult>> act, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        if (Input.Where == WizardPlace.Replace && !MayOverwrite)
            return Forbid();
        return await SaveInputAsync(act, () =>
        {
            KeepLogin();
            return Task.CompletedTask;
        });
    }

    private RestoreInput ToInput() => new()
    {
        DataSourceId = Choice.Source.Id,
        SourceBackupId = Choice.Parts.FirstOrDefault(p => p.ArtifactId == Input.What)?.BackupId,
        ArtifactId = Input.What,
        Mode = Input.Where switch
        {
            WizardPlace.Replace => RestoreMode.Overwrite,
            WizardPlace.Into => RestoreMode.NewServer,
            _ => RestoreMode.NewDatabase,
        },
        UseSourceLogin = Input.Where == WizardPlace.Beside,
        TargetUri = Input.Where == WizardPlace.Beside ? null : _logins.Read(Input.TargetUri, Input.KeptLogin),
        TargetDatabase = Input.TargetDatabase,
        Confirmation = Input.Confirmation,
        GoOnPastErrors = Input.GoOnPastErrors,
        SwapPartial = Input.SwapPartial,
        Tables = TargetNames.ReadTables(Input.Tables),
    };

    // A form that is shown again holds no login in clear.
    private void KeepLogin()
    {
        Input.KeptLogin = _logins.Keep(_logins.Read(Input.TargetUri, Input.KeptLogin));
        ModelState.Remove("Input.KeptLogin");
        Input.TargetUri = null;
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        if (await choices.ReadAsync(Source, Backup, Artifact, AsOf, cancellationToken) is not { } choice)
            return false;
        Choice = choice;
        return true;
    }
}

public enum WizardPlace
{
    /// <summary>A new database on the source's own server.</summary>
    Beside,

    /// <summary>A new database on a server that is named.</summary>
    Server,

    /// <summary>The empty database that is named.</summary>
    Into,

    /// <summary>In place of the source's database.</summary>
    Replace,
}

public sealed class WizardInput
{
    /// <summary>The part of a backup.</summary>
    public Guid? What { get; set; }

    public WizardPlace Where { get; set; }

    public string? TargetDatabase { get; set; }

    public string? TargetUri { get; set; }

    /// <summary>A login that was typed before the check, encrypted.</summary>
    public string? KeptLogin { get; set; }

    public string? Confirmation { get; set; }

    /// <summary>A line for each; empty for everything.</summary>
    public string? Tables { get; set; }

    public bool GoOnPastErrors { get; set; }

    public bool SwapPartial { get; set; }
}
