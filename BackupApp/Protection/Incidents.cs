using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <param name="Older">Null on the last page.</param>
public sealed record IncidentPage(IReadOnlyList<Incident> Rows, KeysetCursor? Older);

/// <summary>What happened to the protection, and "I know".</summary>
public sealed class Incidents(AppDbContext db, AuditLog audit, CurrentActor actor, TimeProvider time)
{
    /// <summary>Longer than that nobody knows any more.</summary>
    public static readonly TimeSpan LongestAcknowledgement = TimeSpan.FromDays(90);

    /// <summary>The newest first.</summary>
    public async Task<IncidentPage> PageAsync(
        bool onlyOpen, Guid? dataSourceId, KeysetCursor? after, int size, CancellationToken cancellationToken)
    {
        var incidents = db.Set<Incident>().AsNoTracking();
        if (onlyOpen)
            incidents = incidents.Where(i => i.EndedAt == null);
        if (dataSourceId is { } source)
            incidents = incidents.Where(i => i.DataSourceId == source);
        if (after is { } a)
            incidents = incidents.Where(
                i => EF.Functions.LessThan(ValueTuple.Create(i.BeganAt, i.Id), ValueTuple.Create(a.CreatedAt, a.Id)));
        var rows = await incidents.OrderByDescending(i => i.BeganAt).ThenByDescending(i => i.Id).Take(size + 1)
            .ToListAsync(cancellationToken);
        if (rows.Count <= size)
            return new IncidentPage(rows, null);
        rows.RemoveAt(size);
        return new IncidentPage(rows, new KeysetCursor(rows[^1].BeganAt, rows[^1].Id));
    }

    /// <exception cref="NotFoundException"/>
    public async Task<Incident> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<Incident>().SingleOrDefaultAsync(i => i.Id == id, cancellationToken) ?? throw new NotFoundException("incident");

    /// <summary>"I know, until …": nobody is reminded before.</summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">It is over.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task AcknowledgeAsync(Guid id, DateTimeOffset until, string? why, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var now = time.GetUtcNow();
        if (until <= now || until > now + LongestAcknowledgement)
            problems["Until"] = $"Give a moment within the next {LongestAcknowledgement.TotalDays:0} days.";
        if (why?.Trim() is not { Length: > 0 and <= Incident.LongestWhy } reason || reason.Any(char.IsControl))
            problems["Why"] = $"Say why, in at most {Incident.LongestWhy} characters on one line.";
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        var incident = await FindAsync(id, cancellationToken);
        if (incident.EndedAt is not null)
            throw new ConflictException("This is over already.");
        incident.Acknowledge(until.ToUniversalTime(), actor.Value.Name ?? "somebody", why!.Trim());
        audit.Record(
            AuditActions.IncidentAcknowledged, new AuditTarget(
                "incident", incident.Id, incident.Name), new { kind = incident.Kind.ToSnakeCase(), until, why });
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Ends "I know" early: reminders go on.</summary>
    /// <exception cref="ConflictException">It is over, or nobody said so.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task TakeBackAsync(Guid id, CancellationToken cancellationToken)
    {
        var incident = await FindAsync(id, cancellationToken);
        if (incident.EndedAt is not null)
            throw new ConflictException("This is over already.");
        if (incident.AcknowledgedUntil is null)
            throw new ConflictException("Nobody said that it is known.");
        audit.Record(
            AuditActions.IncidentTakenBack, new AuditTarget("incident", incident.Id, incident.Name),
            new { kind = incident.Kind.ToSnakeCase(), by = incident.AcknowledgedBy, until = incident.AcknowledgedUntil });
        incident.TakeBack();
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Those of these sources that last, for whoever shows them.</summary>
    public async Task<ILookup<Guid, Incident>> OpenAsync(CancellationToken cancellationToken) =>
        (await db.Set<Incident>().AsNoTracking().Where(i => i.EndedAt == null && i.DataSourceId != null).ToListAsync(cancellationToken))
            .ToLookup(i => i.DataSourceId!.Value);
}
