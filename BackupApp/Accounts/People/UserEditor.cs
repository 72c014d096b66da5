using System.Security.Claims;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <param name="LastSignInAt">Null: never yet.</param>
public sealed record UserRow(AppUser User, DateTimeOffset? LastSignInAt);

/// <summary>
/// What administrators do with people: the same for pages and API. Nobody does it to themselves, so
/// nobody raises their own rights, and the last active administrator stays one.
/// </summary>
public sealed class UserEditor(AppDbContext db, AppUserManager manager, AuditLog audit, TimeProvider time)
{
    // Any number will do; it only has to be the same in every process.
    private const long AdministratorsLock = 0x75736572;

    public async Task<IReadOnlyList<UserRow>> ListAsync(CancellationToken cancellationToken) =>
        await Rows(db.Set<AppUser>().OrderBy(u => u.NormalizedEmail)).ToListAsync(cancellationToken);

    /// <exception cref="NotFoundException"/>
    public async Task<UserRow> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await Rows(db.Set<AppUser>().Where(u => u.Id == id)).SingleOrDefaultAsync(cancellationToken) ?? throw new NotFoundException("user");

    /// <summary>Sessions and tokens have the new role with their next request.</summary>
    /// <exception cref="ConflictException">It is the caller's own role, or the last active administrator's.</exception>
    /// <exception cref="NotFoundException"/>
    public Task<AppUser> SetRoleAsync(Guid id, Role role, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(role))
            throw new InvalidInputException(nameof(role), "Choose a role.");
        return ChangeAsync(
            id,
            by,
            "change your own role",
            async user =>
            {
                if (user.Role == role)
                    return;
                var before = user.Role;
                await KeepAnAdministratorAsync(user, cancellationToken);
                user.Role = role;
                Check(await manager.UpdateAsync(user));
                await EndInvitationsByAsync(user, cancellationToken);
                audit.Record(
                    AuditActions.UserRoleChanged,
                    AppUserManager.Target(user),
                    new { from = before.ToSnakeCase(), to = role.ToSnakeCase() });
            },
            cancellationToken);
    }

    /// <summary>The user cannot sign in, sessions and tokens end at once. Nothing is deleted.</summary>
    /// <exception cref="ConflictException">It is the caller, or the last active administrator.</exception>
    /// <exception cref="NotFoundException"/>
    public Task<AppUser> DisableAsync(Guid id, ClaimsPrincipal by, CancellationToken cancellationToken) => ChangeAsync(
        id,
        by,
        "disable yourself",
        async user =>
        {
            if (user.DisabledAt is not null)
                return;
            await KeepAnAdministratorAsync(user, cancellationToken);
            user.DisabledAt = time.GetUtcNow();
            // A new stamp too: enabling the user again must not bring old sessions back.
            Check(await manager.UpdateSecurityStampAsync(user));
            await EndInvitationsByAsync(user, cancellationToken);
            await db.Set<Invitation>().Where(i => i.UserId == user.Id).EndAsync(db, audit, "user_disabled", cancellationToken);
            audit.Record(AuditActions.UserDisabled, AppUserManager.Target(user), new { disabled = true });
        },
        cancellationToken);

    /// <exception cref="ConflictException">It is the caller.</exception>
    /// <exception cref="NotFoundException"/>
    public Task<AppUser> EnableAsync(Guid id, ClaimsPrincipal by, CancellationToken cancellationToken) => ChangeAsync(
        id,
        by,
        "enable yourself",
        async user =>
        {
            if (user.DisabledAt is null)
                return;
            user.DisabledAt = null;
            Check(await manager.UpdateAsync(user));
            audit.Record(AuditActions.UserDisabled, AppUserManager.Target(user), new { disabled = false });
        },
        cancellationToken);

    /// <summary>All sessions of the user end at once, the caller's own too. Tokens stay.</summary>
    /// <exception cref="NotFoundException"/>
    public Task<AppUser> RevokeSessionsAsync(Guid id, ClaimsPrincipal by, CancellationToken cancellationToken) => ChangeAsync(
        id,
        by,
        whatNobodyDoesToThemselves: null,
        async user =>
        {
            Check(await manager.UpdateSecurityStampAsync(user));
            audit.Record(AuditActions.UserSessionsRevoked, AppUserManager.Target(user));
        },
        cancellationToken);

    private async Task<AppUser> ChangeAsync(
        Guid id, ClaimsPrincipal by, string? whatNobodyDoesToThemselves, Func<AppUser, Task> change, CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        // One at a time: two administrators who demote each other must not both succeed.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({AdministratorsLock})", cancellationToken);
        var user = await db.Set<AppUser>().SingleOrDefaultAsync(u => u.Id == id, cancellationToken) ?? throw new NotFoundException("user");
        if (whatNobodyDoesToThemselves is not null && by.UserId() == id)
            throw new ConflictException($"You cannot {whatNobodyDoesToThemselves}. Another administrator can.");
        await change(user);
        await db.SaveChangesAsync(cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
        return user;
    }

    private async Task KeepAnAdministratorAsync(AppUser user, CancellationToken cancellationToken)
    {
        if (user is not { Role: Role.Administrator, DisabledAt: null })
            return;
        if (!await db.Set<AppUser>()
            .AnyAsync(u => u.Id != user.Id && u.Role == Role.Administrator && u.DisabledAt == null, cancellationToken))
            throw new ConflictException("This is the last active administrator. Make somebody else an administrator first.");
    }

    // What was handed out in an administrator's name ends with the administrator.
    private Task EndInvitationsByAsync(AppUser user, CancellationToken cancellationToken) =>
        user is { Role: Role.Administrator, DisabledAt: null }
            ? Task.CompletedTask
            : db.Set<Invitation>().Where(i => i.InvitedById == user.Id).EndAsync(db, audit, "inviter_lost_rights", cancellationToken);

    private IQueryable<UserRow> Rows(IQueryable<AppUser> users) => users.AsNoTracking().Select(user => new UserRow(
        user,
        db.Set<AuditEntry>()
            .Where(e => e.TargetId == user.Id && e.Action == AuditActions.UserSignedIn)
            .Max(e => (DateTimeOffset?)e.CreatedAt)));

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new ConflictException("Somebody else changed this user in the meantime. Load the page again and repeat your change.");
    }
}
