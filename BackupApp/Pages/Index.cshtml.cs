using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Pages.Protection;
using BackupApp.Pages.Ui;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Protection.Board;
using BackupApp.Protection.Uncovered;
using BackupApp.Protection.Weekly;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages;

/// <summary>The health board: what is protected and what needs somebody, at one look. Its filter lives in the address.</summary>
[Protect.OpensWhenEmpty]
public sealed class IndexModel(
    AppDbContext db, ProtectionReader protection, BackupApp.Protection.Incidents incidents, UncoveredDatabases uncovered,
    SourceDays days, KnownStorage storage, TimeProvider time) : FeaturePage
{
    /// <summary>All of them, worst first.</summary>
    public IReadOnlyList<ProtectedSource> Sources { get; private set; } = [];

    public HealthBoard Board { get; private set; } = null!;

    /// <summary>Of the sources on this page of the board.</summary>
    public IReadOnlyDictionary<Guid, IReadOnlyList<SourceDay>> Days { get; private set; } =
        new Dictionary<Guid, IReadOnlyList<SourceDay>>();

    /// <summary>Those that last, by source.</summary>
    public ILookup<Guid, Incident> Incidents { get; private set; } = null!;

    /// <summary>What needs somebody, worst first.</summary>
    public IReadOnlyList<AttentionItem> NeedsYou { get; private set; } = [];

    public IReadOnlyList<RunningRun> Running { get; private set; } = [];

    public IReadOnlyList<ReportDestination> Storage { get; private set; } = [];

    public DateTimeOffset At { get; } = time.GetUtcNow();

    /// <summary>Labels in use, in order.</summary>
    public IReadOnlyList<string> Labels { get; private set; } = [];

    /// <summary>What people were told of its state, if they were.</summary>
    public Incident? IncidentOf(ProtectedSource source) =>
        Incidents[source.Id].FirstOrDefault(i => i.TellsOf(source.State));

    public Task OnGetAsync(CancellationToken cancellationToken) =>
        LoadAsync(BoardFilter.Read(Request.Query), [], ViewerZone.Of(HttpContext), cancellationToken);

    /// <summary>What changes while somebody looks.</summary>
    /// <param name="held">Ids of the board's rows as they stand, with commas between them: those stay in their order.</param>
    public async Task<IActionResult> OnGetLiveAsync(string? held, CancellationToken cancellationToken)
    {
        await LoadAsync(BoardFilter.Read(Request.Query), IdsOf(held), ViewerZone.Of(HttpContext), cancellationToken);
        return Sources.Count == 0 ? new NoContentResult() : Partial("/Pages/Protection/_Dashboard.cshtml", this);
    }

    /// <summary>A backup by the source's default policy; of one without any, to the server's own storage.</summary>
    public Task<IActionResult> OnPostRunAsync(
        Guid source, [FromServices] RunByDefault run, CancellationToken cancellationToken) => ActAsync(
        async () => RedirectToPage("/Jobs/Details", new { id = await run.RunAsync(source, cancellationToken) }),
        () => RedirectToPage("/Index"));

    internal async Task LoadAsync(
        BoardFilter filter, IReadOnlyList<Guid> held, ViewerZone zone, CancellationToken cancellationToken)
    {
        Sources = await protection.AllAsync(cancellationToken);
        Labels = [.. Sources.SelectMany(s => s.Labels).Distinct().Order(StringComparer.Ordinal)];
        Board = HealthBoard.Of(Sources, filter, held);
        if (Sources.Count == 0)
            return;
        var today = zone.DayOf(At);
        Days = await days.ReadAsync(
            [.. Board.Sources.Select(s => s.Id)], zone.Days(today.AddDays(1 - SourceDays.Shown), today), cancellationToken);
        Incidents = await incidents.OpenAsync(cancellationToken);
        Running = await RunningRun.ReadAsync(db, cancellationToken);
        Storage = await storage.ReadAsync(cancellationToken);
        NeedsYou = await NeedsYouAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<AttentionItem>> NeedsYouAsync(CancellationToken cancellationToken)
    {
        var attentions = await Attention.ReadAsync(db, At, cancellationToken);
        var found = await uncovered.AllAsync(alsoIgnored: false, cancellationToken);
        var hasChannels = await db.Set<AlertChannel>().AnyAsync(c => c.IsEnabled, cancellationToken);
        return
        [
            // First, or it might be folded: nobody is told of any of the others.
            .. hasChannels ? Array.Empty<AttentionItem>() : [AttentionList.NoChannel],
            .. AttentionList.OfSources(Sources, Incidents, At),
            .. AttentionList.OfOthers(attentions, Sources),
            .. AttentionList.OfUncovered(found),
        ];
    }

    private static IReadOnlyList<Guid> IdsOf(string? text) =>
        [.. (text ?? "").Split(',').Select(id => Guid.TryParse(id, out var known) ? known : Guid.Empty).Where(id => id != Guid.Empty)];
}
