using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Audit;

/// <summary>What to show of the audit log; null members do not limit it.</summary>
/// <param name="Since">Inclusive.</param>
/// <param name="Until">Exclusive.</param>
/// <param name="Actor">Part of the actor's name, in any case; <c>system</c> for what nobody asked for.</param>
public sealed record AuditFilter(
    DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Action = null, string? TargetType = null, Guid? TargetId = null, string? Actor = null)
{
    /// <summary>Any of these; empty does not limit it.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    public IReadOnlyList<string> TargetTypes { get; init; } = [];

    public IReadOnlyList<Guid> ActorIds { get; init; } = [];
}

/// <summary>Somebody who has done something.</summary>
/// <param name="Name">As it was the last time.</param>
public sealed record AuditActor(Guid Id, ActorType Type, string? Name);

/// <param name="Older">Null on the last page.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Rows, KeysetCursor? Older);

/// <summary>Reads the audit log, newest first, page by page along its index.</summary>
public sealed class AuditHistory(AppDbContext db)
{
    public const int PageSize = 50;

    public async Task<AuditPage> PageAsync(AuditFilter filter, KeysetCursor? after, int size, CancellationToken cancellationToken)
    {
        var entries = Filter(filter);
        if (after is { } a)
            entries = entries.Where(e => EF.Functions.LessThan(ValueTuple.Create(e.CreatedAt, e.Id), ValueTuple.Create(a.CreatedAt, a.Id)));
        var rows = await entries.OrderByDescending(e => e.CreatedAt).ThenByDescending(e => e.Id).Take(size + 1).ToListAsync(cancellationToken);
        if (rows.Count <= size)
            return new AuditPage(rows, null);
        rows.RemoveAt(size);
        return new AuditPage(rows, new KeysetCursor(rows[^1].CreatedAt, rows[^1].Id));
    }

    /// <summary>Everybody who ever wrote a line, the system not counted.</summary>
    public async Task<IReadOnlyList<AuditActor>> ActorsAsync(CancellationToken cancellationToken)
    {
        var actors = await db.Set<AuditEntry>()
            .Where(e => e.ActorId != null)
            .GroupBy(e => new { e.ActorId, e.ActorType, e.ActorName })
            .Select(g => new { g.Key.ActorId, g.Key.ActorType, g.Key.ActorName, Last = g.Max(e => e.CreatedAt) })
            .ToListAsync(cancellationToken);
        return [.. actors.OrderByDescending(a => a.Last).DistinctBy(a => a.ActorId).Select(a => new AuditActor(a.ActorId!.Value, a.ActorType, a.ActorName)).OrderBy(a => a.Name)];
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
        if (filter.ActorIds.Count > 0)
            entries = entries.Where(e => e.ActorId != null && filter.ActorIds.Contains(e.ActorId.Value));
        if (filter.Actor is not { } actor)
            return entries;
        return actor == "system"
            ? entries.Where(e => e.ActorType == ActorType.System)
            : entries.Where(e => EF.Functions.ILike(e.ActorName!, "%" + Escape(actor) + "%", @"\"));
    }

    private static string Escape(string text) => text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal);
}
