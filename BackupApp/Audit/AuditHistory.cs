using System.Runtime.CompilerServices;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Audit;

/// <summary>What to show of the audit log; null members do not limit it.</summary>
/// <param name="Since">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
/// <param name="Actor">Part of the actor's name, in any case; <c>system</c> for what nobody asked for.</param>
public sealed record AuditFilter(
    DateTimeOffset? Since = null,
    DateTimeOffset? Until = null,
    string? Action = null,
    string? TargetType = null,
    Guid? TargetId = null,
    string? Actor = null)
{
    /// <summary>Any of these; empty does not limit it.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    public IReadOnlyList<string> TargetTypes { get; init; } = [];

    /// <summary>Any of these, instead of <see cref="Actor"/>.</summary>
    public IReadOnlyList<Guid> ActorIds { get; init; } = [];

    /// <summary>Only what people did: neither the system, nor tokens, nor strangers. Not with <see cref="ActorIds"/>.</summary>
    public bool PeopleOnly { get; init; }
}

/// <summary>Somebody who has done something.</summary>
/// <param name="Name">As it was the last time.</param>
public sealed record AuditActor(Guid Id, ActorType Type, string? Name);

/// <param name="Older">Null on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Rows, KeysetCursor? Older);

/// <summary>Reads the audit log, newest first, page by page along its indexes, however long it is.</summary>
public sealed class AuditHistory(AppDbContext db)
{
    public const int PageSize = 50;

    /// <summary>Of the list of actors.</summary>
    public const int MostActors = 1000;

    // Whoever fits is read along an index of their own. So many write so much that a page of theirs is soon found among all entries.
    private const int MostNames = 100;

    private const string System = "system";

    public async Task<AuditPage> PageAsync(AuditFilter filter, KeysetCursor? after, int size, CancellationToken cancellationToken)
    {
        var entries = Filter(filter);
        if (after is { } a)
            entries = entries.Where(e => EF.Functions.LessThan(ValueTuple.Create(e.CreatedAt, e.Id), ValueTuple.Create(a.CreatedAt, a.Id)));
        entries = await OfWhomAsync(entries, filter, size + 1, cancellationToken);
        var rows = await entries.OrderByDescending(e => e.CreatedAt)
            .ThenByDescending(e => e.Id)
            .Take(size + 1)
            .ToListAsync(cancellationToken);
        if (rows.Count <= size)
            return new AuditPage(rows, null);
        rows.RemoveAt(size);
        return new AuditPage(rows, new KeysetCursor(rows[^1].CreatedAt, rows[^1].Id));
    }

    /// <summary>All that fit, the newest first, as they are read: for a file.</summary>
    /// <param name="most">At least 1.</param>
    public async IAsyncEnumerable<AuditEntry> AllAsync(
        AuditFilter filter, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var entries = await OfWhomAsync(Filter(filter), filter, most, cancellationToken);
        var newest = entries.OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id).Take(most).AsAsyncEnumerable();
        await foreach (var entry in newest.WithCancellation(cancellationToken))
            yield return entry;
    }

    /// <summary>
    /// People and tokens that ever wrote a line, by name; the last ones to do so where there are more than <paramref name="limit"/>.
    /// </summary>
    /// <param name="name">A part of it, in any case; null for everybody.</param>
    /// <param name="limit">1 to <see cref="MostActors"/>.</param>
    public async Task<IReadOnlyList<AuditActor>> ActorsAsync(string? name, int limit, CancellationToken cancellationToken)
    {
        var actors = db.Set<AuditedActor>().AsNoTracking().Where(a => a.ActorId != Guid.Empty);
        if (name is not null)
            actors = actors.Where(a => EF.Functions.ILike(a.Name, LikePattern.Containing(name), LikePattern.EscapeCharacter));
        var last = await actors.GroupBy(a => a.ActorId)
            .Select(g => g.OrderByDescending(a => a.LastAt).First())
            .ToListAsync(cancellationToken);
        return
        [
            .. last.OrderByDescending(a => a.LastAt)
                .Take(limit)
                .Select(a => new AuditActor(a.ActorId, a.Type, a.Name))
                .OrderBy(a => a.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    private IQueryable<AuditEntry> Filter(AuditFilter filter)
    {
        var entries = db.Set<AuditEntry>().AsNoTracking();
        if (filter.Since is { } since)
            entries = entries.Where(e => e.CreatedAt >= since);
        if (filter.Until is { } until)
            entries = entries.Where(e => e.CreatedAt < until);
        if (filter.Action is { } action)
            entries = entries.Where(e => e.Action == action);
        if (filter.TargetType is { } type)
            entries = entries.Where(e => e.TargetType == type);
        if (filter.TargetId is { } id)
            entries = entries.Where(e => e.TargetId == id);
        if (filter.Actions.Count > 0)
            entries = entries.Where(e => filter.Actions.Contains(e.Action));
        if (filter.TargetTypes.Count > 0)
            entries = entries.Where(e => filter.TargetTypes.Contains(e.TargetType));
        return entries;
    }

    private async Task<IQueryable<AuditEntry>> OfWhomAsync(
        IQueryable<AuditEntry> entries, AuditFilter filter, int count, CancellationToken cancellationToken)
    {
        if (filter.ActorIds.Count > 0)
            return OfActors(entries, filter.ActorIds, count);
        // Of few people each one's own are found along an index, however much the system has written.
        if (filter.PeopleOnly)
            entries = entries.Where(e => e.ActorType == ActorType.User);
        if (filter.Actor is { } actor)
            return await OfActorAsync(entries, actor, count, cancellationToken);
        return filter.PeopleOnly ? OfPeople(entries, count) : entries;
    }

    private IQueryable<AuditEntry> OfPeople(IQueryable<AuditEntry> entries, int count) =>
        db.Set<AuditedActor>().Where(a => a.Type == ActorType.User).Select(a => a.Name).Distinct()
            .SelectMany(name =>
                entries.Where(e => e.ActorName == name).OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id).Take(count));

    private async Task<IQueryable<AuditEntry>> OfActorAsync(
        IQueryable<AuditEntry> entries, string text, int count, CancellationToken cancellationToken)
    {
        if (text == System)
            return entries.Where(e => e.ActorName == null && e.ActorType == ActorType.System);
        var pattern = LikePattern.Containing(text);
        var names = await db.Set<AuditedActor>()
            .Where(a => EF.Functions.ILike(a.Name, pattern, LikePattern.EscapeCharacter))
            .Select(a => a.Name)
            .Distinct()
            .OrderBy(name => name).Take(MostNames + 1).ToListAsync(cancellationToken);
        return names.Count > MostNames
            ? entries.Where(e => EF.Functions.ILike(e.ActorName!, pattern, LikePattern.EscapeCharacter))
            : db.Set<AuditedActor>().Where(a => names.Contains(a.Name)).Select(a => a.Name).Distinct()
                .SelectMany(name =>
                    entries.Where(e => e.ActorName == name).OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id).Take(count));
    }

    private IQueryable<AuditEntry> OfActors(IQueryable<AuditEntry> entries, IReadOnlyList<Guid> ids, int count) =>
        db.Set<AuditedActor>().Where(a => ids.Contains(a.ActorId)).Select(a => a.ActorId).Distinct()
            .SelectMany(id =>
                entries.Where(e => e.ActorId == id).OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id).Take(count));
}
