using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.SignIn;

/// <param name="EndsAt">If it is not seen again until then.</param>
public sealed record SessionRow(
    Guid Id,
    string Device,
    string? UserAgent,
    string? Ip,
    DateTimeOffset SignedInAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset EndsAt,
    bool IsCurrent);

/// <summary>Who is signed in where, and the end of it: the same for pages and API.</summary>
public sealed class UserSessions(AppDbContext db, AuditLog audit, IOptions<AccountsOptions> options, TimeProvider time)
{
    /// <summary>The sessions that would be let in, the last seen first.</summary>
    /// <param name="by">Whose own session is marked.</param>
    /// <exception cref="NotFoundException">There is no such user.</exception>
    public async Task<IReadOnlyList<SessionRow>> ListAsync(Guid userId, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (!await db.Set<AppUser>().AnyAsync(u => u.Id == userId, cancellationToken))
            throw new NotFoundException("user");
        var sessions = await Alive(db, options.Value, time.GetUtcNow()).Where(s => s.UserId == userId)
            .OrderByDescending(s => s.LastSeenAt).ThenByDescending(s => s.Id).ToListAsync(cancellationToken);
        return sessions.ConvertAll(s => new SessionRow(
            s.Id,
            SessionDevice.Name(s.UserAgent),
            s.UserAgent,
            s.Ip?.ToString(),
            s.SignedInAt,
            s.LastSeenAt,
            EndOf(s),
            s.Id == by.SessionId()));
    }

    /// <summary>Ends one session with its next request. Everybody ends their own, administrators anybody's.</summary>
    /// <exception cref="NotFoundException">The user has no such session, or it is over.</exception>
    public async Task EndAsync(Guid userId, Guid sessionId, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (by.UserId() != userId && !by.Can(Permission.Administer))
            throw new NotFoundException("session");
        var session = await Alive(db, options.Value, time.GetUtcNow())
                .SingleOrDefaultAsync(s => s.Id == sessionId && s.UserId == userId, cancellationToken)
            ?? throw new NotFoundException("session");
        var email = await db.Set<AppUser>().Where(u => u.Id == userId).Select(u => u.Email).SingleAsync(cancellationToken);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Set<UserSession>().Where(s => s.Id == sessionId).ExecuteDeleteAsync(cancellationToken) == 0)
            throw new NotFoundException("session"); // it ended in between
        var what = new { session = session.Id, device = SessionDevice.Name(session.UserAgent), ip = session.Ip?.ToString() };
        audit.Record(AuditActions.UserSessionsRevoked, new AuditTarget("user", userId, email), what);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The sessions that are not over.</summary>
    internal static IQueryable<UserSession> Alive(AppDbContext db, AccountsOptions options, DateTimeOffset now)
    {
        var signedInAfter = now - options.SessionLifetime;
        var seenAfter = now - options.SessionIdleTimeout;
        return
            from session in db.Set<UserSession>().AsNoTracking()
            join user in db.Set<AppUser>() on session.UserId equals user.Id
            where session.SignedInAt > signedInAfter
                && session.LastSeenAt > seenAfter
                && session.SecurityStamp == user.SecurityStamp
                && user.DisabledAt == null
            select session;
    }

    /// <summary>Forgets those that are over.</summary>
    internal static Task SweepAsync(AppDbContext db, AccountsOptions options, DateTimeOffset now, CancellationToken cancellationToken) =>
        db.Set<UserSession>().Where(s => !Alive(db, options, now).Any(alive => alive.Id == s.Id)).ExecuteDeleteAsync(cancellationToken);

    private DateTimeOffset EndOf(UserSession session)
    {
        var (idle, absolute) = (session.LastSeenAt + options.Value.SessionIdleTimeout, session.SignedInAt + options.Value.SessionLifetime);
        return idle < absolute ? idle : absolute;
    }
}
