using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.History;
using BackupApp.Pages.Protection;
using BackupApp.Protection;
using BackupApp.Protection.Uncovered;
using BackupApp.Runs;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Pages;

/// <summary>What is protected and what needs somebody, at one look.</summary>
[Protect.OpensWhenEmpty]
public sealed class IndexModel(
    AppDbContext db, ProtectionReader protection, BackupApp.Protection.Incidents incidents, UncoveredDatabases uncovered,
    JobHistory history, TimeProvider time) : PageModel
{
    private const int Shown = 8;

    /// <summary>All of them, worst first.</summary>
    public IReadOnlyList<ProtectedSource> Sources { get; private set; } = [];

    public NeedsYou NeedsYou { get; private set; } = null!;

    /// <summary>On known servers.</summary>
    public IReadOnlyList<UncoveredDatabase> Uncovered { get; private set; } = [];

    public bool HasChannels { get; private set; }

    public IReadOnlyList<Attention> Attentions { get; private set; } = [];

    public RunPage<JobRow> Jobs { get; private set; } = new([], null, null);

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Sources = await protection.AllAsync(cancellationToken);
        NeedsYou = new NeedsYou(
            [.. Sources.Where(s => s.State.Word != ProtectionWord.Protected)], await incidents.OpenAsync(cancellationToken),
            time.GetUtcNow());
        Uncovered = await uncovered.AllAsync(alsoIgnored: false, cancellationToken);
        HasChannels = await db.Set<AlertChannel>().AnyAsync(c => c.IsEnabled, cancellationToken);
        Attentions = await Attention.ReadAsync(db, time.GetUtcNow(), cancellationToken);
        Jobs = await history.PageAsync(new JobFilter(), null, null, Shown, cancellationToken);
    }
}
