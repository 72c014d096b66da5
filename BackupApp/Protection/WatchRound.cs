using BackupApp.Alerts;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>One look at everything: troubles become incidents, in one transaction and in one process at a time.</summary>
public sealed class WatchRound(
    AppDbContext db, RoundGuard guard, ProtectionReader reader, PromiseChanges promises, TroubleSearch others, EndedPauses pauses,
    Happenings happenings, AuditLog audit, Outbox outbox, TimeProvider time)
{
    // Any number will do; it only has to be the same in every process.
    internal const long Lock = 0x77617463686c6f6f;

    /// <returns>False when another process is at it.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var locked = await db.Database.SqlQuery<bool>(
            $"select pg_try_advisory_xact_lock({Lock}) as \"Value\"").SingleAsync(cancellationToken);
        if (!locked)
            return false;
        var now = time.GetUtcNow();
        await guard.TryAsync(pauses, () => pauses.ResumeAsync(now, cancellationToken), cancellationToken);
        var isGrace = now < await BeatAsync(now, cancellationToken);
        var sources = await reader.AllAsync(cancellationToken);
        await guard.TryAsync(promises, () => promises.KeepAsync(sources, cancellationToken), cancellationToken);
        await ActAsync(sources.SelectMany(Trouble.Of), await others.FindAsync(cancellationToken), isGrace, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task ActAsync(
        IEnumerable<Trouble> ofSources, TroublesFound others, bool isGrace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var open = await db.Set<Incident>().Where(i => i.EndedAt == null).ToListAsync(cancellationToken);
        var plan = IncidentPlan.Make(
            open.FindAll(others.IsKnown), [.. ofSources.Select(t => Trouble.BecauseOf(t, others.Troubles)), .. others.Troubles],
            await BeginsAsync(now, cancellationToken), now, isGrace);
        db.AddRange(plan.Begun);
        PlannedNotice[] notices = [.. plan.Notices, .. await happenings.TakeAsync(now, cancellationToken)];
        // What happened the audit log has already.
        foreach (var (kind, incident) in notices.Where(n => n.Kind is NoticeKind.Begin or NoticeKind.End))
        {
            audit.Record(
                kind == NoticeKind.Begin ? AuditActions.IncidentBegan : AuditActions.IncidentEnded,
                new AuditTarget("incident", incident.Id, incident.Name),
                new { kind = incident.Kind.ToSnakeCase(), incident.Reason, incident.DataSourceId });
        }

        await outbox.WriteAsync([.. notices.Select(n => AlertTexts.Of(n, now))], cancellationToken);
    }

    private async Task<ILookup<string, IncidentKind>> BeginsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What a clock that was ahead wrote down is no news for all the time until then.
        var (since, latest) = (now - IncidentPlan.FlipWindow, now + WatchBeat.Skew);
        var begun = await db.Set<Incident>()
            .Where(i => i.BeganAt > since && i.BeganAt <= latest && i.Kind != IncidentKind.Unstable && i.Kind != IncidentKind.Paused)
            .Select(i => new { i.Subject, i.Kind }).ToListAsync(cancellationToken);
        return begun.ToLookup(i => i.Subject, i => i.Kind);
    }

    private async Task<DateTimeOffset> BeatAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var beat = await db.Set<WatchBeat>().SingleOrDefaultAsync(cancellationToken);
        if (beat is null)
            db.Add(beat = WatchBeat.First(now));
        else
            beat.Beat(now);
        return beat.GraceUntil;
    }
}
