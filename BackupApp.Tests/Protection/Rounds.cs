using BackupApp.Alerts;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Network;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Protection;

/// <summary>The watch over a bench's rows, by its clock.</summary>
internal static class Rounds
{
    /// <param name="finders">Besides the watch over the sources; null for none.</param>
    /// <param name="more">Of what happened, besides restores and accounts.</param>
    public static async Task RunAsync(
        PolicyBench bench, Func<AppDbContext, ITroubleFinder[]>? finders = null, Func<AppDbContext, IHappeningFinder[]>? more = null)
    {
        await using var db = bench.Database();
        var reader = Rows.Reader(bench, db);
        var promises = new PromiseChanges(db, reader, PolicyBench.Log(db));
        var guard = Guard(db);
        var pauses = new EndedPauses(db, guard, new PauseDataSource(db, PolicyBench.Log(db), bench.Clock), bench.Attachments(db));
        IHappeningFinder[] happened = [new RestoreHappenings(db), new AccountHappenings(db)];
        var happenings = new Happenings(db, guard, [.. happened, .. more?.Invoke(db) ?? []]);
        var others = new TroubleSearch(guard, finders?.Invoke(db) ?? []);
        await new WatchRound(
            db, guard, reader, promises, others, pauses, happenings, PolicyBench.Log(db), Outbox(bench, db), bench.Clock)
            .RunAsync(TestContext.Current.CancellationToken);
    }

    public static RoundGuard Guard(AppDbContext db) => new(db, NullLogger<RoundGuard>.Instance);

    /// <summary>The last round was long enough ago for nothing to be grace, and not so long that a new one begins.</summary>
    public static async Task PassGraceAsync(PolicyBench bench)
    {
        for (var minutes = 0; minutes < 20; minutes += 4)
        {
            await RunAsync(bench);
            bench.Clock.Advance(TimeSpan.FromMinutes(4));
        }
    }

    public static Outbox Outbox(PolicyBench bench, AppDbContext db) => new(db, Options.Create(new PublicAddress()), bench.Clock);

    public static async Task<List<Incident>> OpenAsync(PolicyBench bench, string subject)
    {
        await using var db = bench.Database();
        return await db.Set<Incident>().AsNoTracking().Where(i => i.Subject == subject && i.EndedAt == null)
            .ToListAsync(TestContext.Current.CancellationToken);
    }
}
