using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>Finds what happened and does not last: people are told of it once.</summary>
public interface IHappeningFinder
{
    /// <returns>Each with a subject of its own, by which it is known again, and with the moment at which it happened.</returns>
    Task<IReadOnlyList<Trouble>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>Makes incidents, over as soon as they begin, of what nobody was told of yet.</summary>
public sealed class Happenings(AppDbContext db, RoundGuard guard, IEnumerable<IHappeningFinder> finders)
{
    /// <summary>What is older is no news. Longer than any transaction takes to be seen, and than a database is away unnoticed.</summary>
    public static readonly TimeSpan News = TimeSpan.FromHours(2);

    /// <summary>They are added to the caller's unit of work, who is the only one at it.</summary>
    public async Task<IReadOnlyList<PlannedNotice>> TakeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = new List<Trouble>();
        foreach (var finder in finders)
            found.AddRange(await guard.TryAsync(finder, () => finder.FindAsync(now - News, cancellationToken), cancellationToken) ?? []);
        if (found.Count == 0)
            return [];
        var subjects = found.ConvertAll(f => f.Subject);
        var from = now - News - News;
        var known = await db.Set<Incident>().Where(i => i.BeganAt > from && subjects.Contains(i.Subject)).Select(i => i.Subject)
            .ToListAsync(cancellationToken);
        var made = found.Where(f => !known.Contains(f.Subject)).Select(f => Incident.Happened(f, now)).ToList();
        db.AddRange(made);
        return made.ConvertAll(i => new PlannedNotice(NoticeKind.Event, i));
    }
}
