using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Restores;
using BackupApp.Restores.Batches;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages.Restores;

/// <summary>
/// Several databases at once, after the loss of a whole server: which, where to, a table of what was found of each, and then one queue.
/// Each is restored as its newest good backup about which nothing is open, into a database that does not exist yet.
/// </summary>
public sealed class ManyModel(
    AppDbContext db, BatchRows rows, BatchDoubtReader doubts, BatchProbes probes, StartBatch start,
    IDataProtectionProvider protection) : FeaturePage
{
    private readonly LoginKeeper _logins = new(protection);

    [BindProperty(SupportsGet = true)]
    public string? Host { get; set; }

    [BindProperty]
    public ManyInput Input { get; set; } = new();

    /// <summary>To choose from; empty once some are chosen.</summary>
    public IReadOnlyList<Candidate> Candidates { get; private set; } = [];

    public IReadOnlyList<SelectListItem> Hosts { get; private set; } = [];

    /// <summary>Those that were chosen, with what was found of each.</summary>
    public IReadOnlyList<ManyRow> Rows { get; private set; } = [];

    /// <summary>Chosen ones without a good backup.</summary>
    public IReadOnlyList<string> Without { get; private set; } = [];

    /// <summary>Chosen ones whose backups are one archive of a whole server.</summary>
    public IReadOnlyList<string> OneArchive { get; private set; } = [];

    /// <summary>What somebody should know of the backups of chosen ones, with the source's name.</summary>
    public IReadOnlyList<(string Source, SourceDoubt Doubt)> Doubts { get; private set; } = [];

    public Task OnGetAsync(CancellationToken cancellationToken) => LoadAsync(cancellationToken);

    /// <summary>Looks at the target of each, and shows what it found.</summary>
    public Task<IActionResult> OnPostCheckAsync(CancellationToken cancellationToken) => ShownAsync(
        async () =>
        {
            if (Input.Where == ManyPlace.Server && string.IsNullOrWhiteSpace(LoginUri()))
                throw new InvalidInputException(nameof(Input.TargetUri), "Give the server as a connection string with a login.");
            Input.Items.ForEach(i => i.IsChosen |= i.IsHeldUp);
            if (Input.Items.Count == 0)
                await ChooseAsync(cancellationToken);
            if (Input.Items.Count == 0)
                throw new InvalidInputException(nameof(Input.Sources), "Choose data sources that have a good backup of single databases.");
            var found = await probes.RunAsync(ToInput(Input.Items), cancellationToken);
            await ShowAsync([.. found], cancellationToken);
            return Page();
        },
        cancellationToken);

    public Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) => ShownAsync(
        async () =>
        {
            var chosen = Input.Items.FindAll(i => i.IsChosen);
            var batch = await start.RunAsync(ToInput(chosen), cancellationToken);
            return RedirectToPage("/Restores/Batch", new { id = batch, host = (string?)null });
        },
        cancellationToken);

    // The page itself comes with every answer but a success, and holds no login in clear.
    private async Task<IActionResult> ShownAsync(Func<Task<IActionResult>> act, CancellationToken cancellationToken)
    {
        var answer = await SaveInputAsync(act, () => ShowAsync([], cancellationToken));
        Input.KeptLogin = _logins.Keep(LoginUri());
        Input.TargetUri = null;
        ModelState.Remove("Input.KeptLogin");
        return answer;
    }

    private async Task ChooseAsync(CancellationToken cancellationToken)
    {
        var found = await rows.ReadAsync(Input.Sources, Input.Where == ManyPlace.Beside, cancellationToken);
        Input.Items =
        [
            .. found.Where(r => r.Piece is not null).Take(BatchInput.Most).Select(r => new ManyItem
            {
                DataSourceId = r.Source.Id,
                BackupId = r.Piece!.BackupId,
                ArtifactId = r.Piece.ArtifactId,
                TargetDatabase = r.TargetDatabase,
                IsChosen = true,
            }),
        ];
    }

    private BatchInput ToInput(List<ManyItem> items) => new()
    {
        Items = [.. items.Select(i => new BatchItem(i.DataSourceId, i.BackupId, i.ArtifactId, i.TargetDatabase))],
        IsBeside = Input.Where == ManyPlace.Beside,
        TargetUri = Input.Where == ManyPlace.Beside ? null : LoginUri(),
    };

    private string? LoginUri() => _logins.Read(Input.TargetUri, Input.KeptLogin);

    private async Task ShowAsync(IReadOnlyList<Engines.Restores.TargetProbe> found, CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        var ids = Input.Items.Select(i => i.DataSourceId).Concat(Input.Sources).ToHashSet();
        var names = await db.Set<DataSource>().Where(s => ids.Contains(s.Id))
            .ToDictionaryAsync(s => s.Id, s => s.Name, cancellationToken);
        var artifacts = Input.Items.ConvertAll(i => i.ArtifactId);
        var parts = await db.Set<BackupArtifact>().AsNoTracking().Where(a => artifacts.Contains(a.Id)).Join(
            db.Set<BackupJob>(),
            a => a.JobId,
            j => j.Id,
            (a, j) => new { a.Id, a.Database, a.Size, TakenAt = j.StartedAt ?? j.CreatedAt })
            .ToDictionaryAsync(a => a.Id, cancellationToken);
        var known = await doubts.ReadAsync([.. Input.Items.Select(i => i.BackupId).OfType<Guid>().Distinct()], cancellationToken);
        Doubts = [.. known.Sources.Select(d => (names.GetValueOrDefault(d.Source, ""), d))];
        Rows =
        [
            .. Input.Items.Select((item, i) => item.ArtifactId is { } id && parts.GetValueOrDefault(id) is { } part
                ? new ManyRow(
                    i, item, names.GetValueOrDefault(item.DataSourceId, ""), part.Database, part.TakenAt, part.Size ?? 0,
                    found.ElementAtOrDefault(i), [.. known.ByArtifact[id]])
                : null).OfType<ManyRow>(),
        ];
        var shown = Input.Items.Select(i => i.DataSourceId).ToHashSet();
        var others = Input.Sources.Where(id => !shown.Contains(id)).ToList();
        var archives = await doubts.OneArchiveAsync(others, cancellationToken);
        Without = Named(others.Except(archives));
        OneArchive = Named(archives);
        Candidates = Rows.Count > 0 ? [] : Candidates;

        IReadOnlyList<string> Named(IEnumerable<Guid> ids) => [.. ids.Select(id => names.GetValueOrDefault(id)).OfType<string>().Order()];
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var backups = RestorePlans.Restorable(db.Set<BackupJob>()).Where(j => j.DamagedAt == null);
        var trusted = RestorePlans.Trusted(db, backups);
        var all = await db.Set<DataSource>().AsNoTracking().OrderBy(s => s.Name).ThenBy(s => s.Id)
            .Select(s => new Candidate(
                s.Id, s.Name, s.Engine, s.Environment, s.Host, s.Database,
                trusted.Where(j => j.DataSourceId == s.Id).Max(j => j.StartedAt),
                backups.Where(j => j.DataSourceId == s.Id).Max(j => j.StartedAt)))
            .ToListAsync(cancellationToken);
        Hosts =
        [
            new SelectListItem("All servers", ""),
            .. all.Where(c => c.Host.Length > 0).GroupBy(c => c.Host).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new SelectListItem($"{g.Key} ({g.Count()})", g.Key, g.Key == Host)),
        ];
        Candidates = string.IsNullOrEmpty(Host) ? all : all.FindAll(c => c.Host == Host);
    }

    /// <param name="NewestGood">Null where there is no good backup about which nothing is open.</param>
    /// <param name="Newest">Whatever is open about it; null where there is none at all.</param>
    public sealed record Candidate(
        Guid Id, string Name, Engines.Engine Engine, DataSourceEnvironment Environment, string Host, string Database,
        DateTimeOffset? NewestGood, DateTimeOffset? Newest);
}
