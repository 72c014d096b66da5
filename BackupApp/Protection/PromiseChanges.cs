using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>
/// Changes of what is promised: by hand, and by whatever else is done to schedules. One that is loosened is said and audited.
/// </summary>
public sealed class PromiseChanges(AppDbContext db, ProtectionReader reader, AuditLog audit)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    /// <summary>Does something to the schedules of these sources, and says which promises got looser by it.</summary>
    /// <returns>A sentence for each, for whoever did it.</returns>
    public async Task<IReadOnlyList<string>> WatchAsync(IReadOnlyList<Guid> sources, Func<Task> change, CancellationToken cancellationToken)
    {
        var before = await reader.OfAsync(sources, cancellationToken);
        await KeepAsync(before.Values, cancellationToken);
        await change();
        var after = await reader.OfAsync(sources, cancellationToken);
        var looser = after.Values.Where(a => before.TryGetValue(a.Id, out var b) && IsLooser(b.State.Promise, a.State.Promise))
            .Select(a => (Source: a, Before: before[a.Id].State.Promise.Sentence, After: a.State.Promise.Sentence)).ToList();
        foreach (var (source, was, now) in looser)
        {
            var target = new AuditTarget("datasource", source.Id, source.Name);
            audit.Record(AuditActions.PromiseLoosened, target, new { before = was, after = now });
        }

        await db.SaveChangesAsync(cancellationToken);
        return [.. looser.Select(l => $"The promise of {l.Source.Name} was {l.Before}, and is {l.After} now.")];
    }

    /// <summary>The same for all sources that a policy is attached to.</summary>
    public async Task<IReadOnlyList<string>> WatchPolicyAsync(Guid policyId, Func<Task> change, CancellationToken cancellationToken) =>
        await WatchAsync(
            await db.Set<PolicyAttachment>().Where(a => a.PolicyId == policyId).Select(a => a.DataSourceId).ToListAsync(cancellationToken),
            change,
            cancellationToken);

    /// <summary>Promises by hand; null goes by the schedules again.</summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="NotFoundException"/>
    public Task<IReadOnlyList<string>> SetMaxAgeAsync(Guid dataSourceId, TimeSpan? maxAge, CancellationToken cancellationToken)
    {
        if (maxAge is { } age && (age < SourcePromise.ShortestAge || age > SourcePromise.LongestAge))
            throw new InvalidInputException("MaxAge", "Give a maximum age from 5 minutes to 366 days, or none to go by the schedules.");
        return WatchAsync([dataSourceId], () => WriteAsync(dataSourceId, maxAge, cancellationToken), cancellationToken);
    }

    // As long as there is a schedule what it promises is kept in mind, for the day when there is none.
    internal async Task KeepAsync(IEnumerable<ProtectedSource> sources, CancellationToken cancellationToken)
    {
        var changed = sources
            .Where(s => s.State.Promise is { Origin: PromiseOrigin.Schedule, MaxAge: { } age } && age != s.Facts.KeptAge)
            .ToList();
        if (changed.Count == 0)
            return;
        var (ids, ages) = (changed.ConvertAll(s => s.Id), changed.ConvertAll(s => s.State.Promise.MaxAge!.Value));
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into source_promises (data_source_id, kept_age) select * from unnest({ids}, {ages})
            on conflict (data_source_id) do update set kept_age = excluded.kept_age
            """,
            cancellationToken);
    }

    private async Task WriteAsync(Guid dataSourceId, TimeSpan? maxAge, CancellationToken cancellationToken)
    {
        var name = await db.Set<DataSources.DataSource>()
            .Where(s => s.Id == dataSourceId)
            .Select(s => s.Name)
            .SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("data source");
        var target = new AuditTarget("datasource", dataSourceId, name);
        audit.Record(AuditActions.PromiseSet, target, new { maxAgeSeconds = maxAge?.TotalSeconds });
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into source_promises (data_source_id, max_age) values ({dataSourceId}, {maxAge})
            on conflict (data_source_id) do update set max_age = excluded.max_age
            """,
            cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    private static bool IsLooser(Promise before, Promise after) =>
        before.MaxAge is { } was && (after.MaxAge is not { } now || now > was + Tolerance);
}
