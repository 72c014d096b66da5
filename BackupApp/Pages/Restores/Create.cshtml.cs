using BackupApp.Engines;
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
    RestoreChoices choices, PickLists lists, RestoreProbes probes, StartRestore start, OverwriteRule rule,
    IDataProtectionProvider protection) : FeaturePage
{
    private readonly LoginKeeper _logins = new(protection);

    [BindProperty(SupportsGet = true)]
    public Guid? Source { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Backup { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid? Artifact { get; set; }

    /// <summary>The newest backup that is not newer; as the viewer's clock shows it.</summary>
    [BindProperty(SupportsGet = true)]
    public DateTime? AsOf { get; set; }

    /// <summary>Only backups from before this one: something was lost in it.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Before { get; set; }

    [BindProperty]
    public WizardInput Input { get; set; } = new();

    public RestoreChoice Choice { get; private set; } = null!;

    /// <summary>What the look at the target found; null before it.</summary>
    public RestoreProbe? Probe { get; private set; }

    /// <summary>What can be picked of the chosen part; null where that is not known.</summary>
    public PickView? Picks { get; private set; }

    public bool MayOverwrite => rule.Allows(User);

    /// <summary>Without a way back.</summary>
    public bool MayOverwriteForGood => Choice.Source.Engine == Engine.Mongodb && rule.Allows(User, withoutSafety: true);

    /// <param name="database">Of a whole server: the part of it to begin with.</param>
    /// <param name="schema">With a table: the one that somebody has lost.</param>
    public async Task<IActionResult> OnGetAsync(string? database, string? schema, string? table, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        var isWhole = Choice.IsServer && Artifact is null && database is null;
        if (Choice.Find(Artifact, database) is { } chosen)
        {
            Input.What = isWhole ? WizardInput.WholeServer : chosen.ArtifactId;
            Suggest();
            Input.Parts = [.. Choice.Parts.Select(p => p.ArtifactId)];
            if (!string.IsNullOrEmpty(table))
                Input.Picked = [PickKey.Of(schema ?? "", table)];
        }

        Input.Where = Choice.CanUseOwnLogin && !isWhole ? WizardPlace.Beside : WizardPlace.Server;
        await ReadPicksAsync(cancellationToken);
        return Page();
    }

    /// <summary>Searches what can be picked, or turns its pages; without a look at anything.</summary>
    public async Task<IActionResult> OnPostPickAsync(CancellationToken cancellationToken)
    {
        if (!await LoadAsync(cancellationToken))
            return NotFound();
        KeepLogin();
        Suggest();
        await ReadPicksAsync(cancellationToken);
        return Page();
    }

    /// <summary>Looks at the target, and shows what it found.</summary>
    public Task<IActionResult> OnPostCheckAsync(CancellationToken cancellationToken) => WithChoiceAsync(
        async () =>
        {
            Suggest();
            Probe = await probes.RunAsync(ToInput(), cancellationToken);
            KeepLogin();
            await ReadPicksAsync(cancellationToken);
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
        if (Input is { IsWhole: false, Where: WizardPlace.Replace } && !rule.Allows(User, Input.WithoutSafetyBackup))
            return Forbid();
        return await SaveInputAsync(act, () =>
        {
            KeepLogin();
            return ReadPicksAsync(cancellationToken);
        });
    }

    private async Task ReadPicksAsync(CancellationToken cancellationToken)
    {
        if (Input is { IsWhole: false, What: { } artifact } && await lists.ReadAsync(artifact, cancellationToken) is { } list)
            Picks = new(list, Input);
    }

    private RestoreInput ToInput() => Input.IsWhole ? ToServerInput() : ToPartInput();

    private RestoreInput ToServerInput() => new()
    {
        DataSourceId = Choice.Source.Id,
        SourceBackupId = Choice.Parts.Select(p => (Guid?)p.BackupId).FirstOrDefault(),
        ArtifactIds = [.. Choice.Parts.Select(p => p.ArtifactId).Where(Input.Parts.Contains)],
        Mode = RestoreMode.NewServer,
        TargetUri = _logins.Read(Input.TargetUri, Input.KeptLogin),
        GoOnPastErrors = Input.GoOnPastErrors,
    };

    private RestoreInput ToPartInput() => new()
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
        WithoutSafetyBackup = Input.WithoutSafetyBackup,
        Schemas = PickKey.Read(Input.Picked).Schemas,
        Tables = [.. PickKey.Read(Input.Picked).Tables.Union(ReadTables())],
    };

    private IReadOnlyList<PickedTable> ReadTables() => Choice.Source.Engine == Engine.Mongodb
        ? TargetNames.ReadCollections(Input.Tables, Choice.Find(Input.What, null)?.Database ?? "")
        : TargetNames.ReadTables(Input.Tables);

    // What somebody has typed stays. Only before a check: the button after it names the database that was looked at.
    private void Suggest()
    {
        if (Choice.Parts.FirstOrDefault(p => p.ArtifactId == Input.What) is not { } chosen)
            return;
        var suggested = TargetNames.Beside(chosen.Database, chosen.TakenAt);
        if ((Input.TargetDatabase ?? "") == (Input.SuggestedDatabase ?? ""))
            Input.TargetDatabase = suggested;
        Input.SuggestedDatabase = suggested;
        ModelState.Remove("Input.TargetDatabase");
        ModelState.Remove("Input.SuggestedDatabase");
    }

    // A form that is shown again holds no login in clear.
    private void KeepLogin()
    {
        Input.KeptLogin = _logins.Keep(_logins.Read(Input.TargetUri, Input.KeptLogin));
        ModelState.Remove("Input.KeptLogin");
        Input.TargetUri = null;
    }

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset? asOf = AsOf is { } shown ? ViewerZone.Of(HttpContext).MomentOf(shown) : null;
        if (await choices.ReadAsync(Source, Backup, Artifact, asOf, Before, cancellationToken) is not { } choice)
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
