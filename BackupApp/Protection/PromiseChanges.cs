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

    /// <summary>
    /// Does something to the schedules of these sources, and says which promises got looser by it: of all the times to come, and not of
    /// this moment, at which a Monday's schedule of every day and one of working days promise the same.
    /// </summary>
    /// <returns>A sentence for each, for whoever did it.</returns>
    public async Task<IReadOnlyList<string>> WatchAsync(IReadOnlyList<Guid> sources, Func<Task> change, CancellationToken cancellationToken)
    {
        var before = await reader.OfAsync(sources, cancellationToken);
        await KeepAsync(before.Values, cancellationToken);
        await change();
        var after = await reader.OfAsync(sources, cancellationToken);
        var outlook = new PromiseOutlook();
        var looser = after.Values.Where(a => before.ContainsKey(a.Id))
            .Select(a => (Source: a, Was: outlook.OldestOf(before[a.Id]), Is: outlook.OldestOf(a)))
            .Where(l => IsLooser(l.Was, l.Is)).ToList();
        foreach (var (source, was, now) in looser)
        {
            var target = new AuditTarget("datasource", source.Id, source.Name);
            audit.Record(AuditActions.PromiseLoosened, target, new { before = Words(was), after = Words(now) });
        }

        await db.SaveChangesAsync(cancellationToken);
        return
        [
            .. looser.Select(
                l => $"The promise of {l.Source.Name} was {Words(l.Was)}, and {(l.Is is null ? "" : "is ")}{Words(l.Is)} now."),
        ];
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

    // As long as there is a schedule what it promises is kept in mind, for the day when there is none. Before another schedule could make
    // its first backup that is what the one before promised.
    internal async Task KeepAsync(IEnumerable<ProtectedSource> sources, CancellationToken cancellationToken)
    {
        var changed = sources
            .Where(s => s.State.Promise is { Origin: PromiseOrigin.Schedule, MaxAge: { } age } promise && age != s.Facts.KeptAge
                && (promise.IsSettled || s.Facts.KeptAge is null))
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

    private static bool IsLooser(TimeSpan? before, TimeSpan? after) =>
        before is { } was && (after is not { } now || now > was + Tolerance);

    private static string Words(TimeSpan? oldest) => oldest is { } age ? $"never older than {Ages.Words(age)}" : "nothing is promised";
}
