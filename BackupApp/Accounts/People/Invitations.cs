using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <summary>
/// One-time links by which people get an account, or a new password for theirs. No mail is sent: an administrator hands the link over.
/// </summary>
public sealed class Invitations(AppDbContext db, AppUserManager manager, AuditLog audit, CurrentActor actor, TimeProvider time)
{
    // For somebody who waits for it on the telephone.
    private static readonly TimeSpan PasswordLinkLifetime = TimeSpan.FromDays(1);

    /// <summary>Those that still work, newest first.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(CancellationToken cancellationToken) =>
        await Valid().AsNoTracking().OrderByDescending(i => i.CreatedAt).ToListAsync(cancellationToken);

    /// <summary>A second invitation of an address replaces the first.</summary>
    /// <exception cref="InvalidInputException"/>
    public async Task<NewInvitation> InviteAsync(InvitationInput input, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var email = input.Email?.Trim() ?? "";
        if (email.Length is 0 or > 256 || !new EmailAddressAttribute().IsValid(email))
            problems[nameof(input.Email)] = "Type an e-mail address.";
        else if (await manager.FindByEmailAsync(email) is not null)
            problems[nameof(input.Email)] = $"{email} has an account already.";
        if (!Enum.IsDefined(input.Role) || !by.CanGrant(Enum.Parse<TokenRole>(input.Role.ToString())))
            problems[nameof(input.Role)] = "Choose a role that includes no more than your own.";
        if (input.ExpiresInDays is < 1 or > InvitationInput.MaximumDays)
            problems[nameof(input.ExpiresInDays)] = $"A link works for 1 to {InvitationInput.MaximumDays} days.";
        if (problems.Count > 0)
            throw new InvalidInputException(problems);
        return await SaveAsync(email, input.Role, null, TimeSpan.FromDays(input.ExpiresInDays), by, cancellationToken);
    }

    /// <summary>A link with which a user who lost password or telephone sets a new password; until then nothing changes.</summary>
    /// <exception cref="ConflictException">It is the caller, or the user is disabled.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<NewInvitation> RenewPasswordAsync(Guid userId, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        var user =
            await db.Set<AppUser>().SingleOrDefaultAsync(u => u.Id == userId, cancellationToken) ?? throw new NotFoundException("user");
        if (by.UserId() == userId)
            throw new ConflictException("You change your own password on the page of your account.");
        if (user.DisabledAt is not null)
            throw new ConflictException("This user is disabled. Enable the user first.");
        return await SaveAsync(user.Email!, user.Role, user.Id, PasswordLinkLifetime, by, cancellationToken);
    }

    /// <exception cref="NotFoundException"/>
    public async Task WithdrawAsync(Guid id, CancellationToken cancellationToken)
    {
        var withdrawn = db.Set<Invitation>().Where(i => i.Id == id);
        if (!await withdrawn.AnyAsync(cancellationToken))
            throw new NotFoundException("invitation");
        await withdrawn.EndAsync(db, audit, "withdrawn", cancellationToken);
    }

    /// <summary>What the link is for; null when it is wrong, used, withdrawn or too old.</summary>
    public async Task<Invitation?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        var hash = Invitation.Hash(token ?? "");
        return await Valid().AsNoTracking().SingleOrDefaultAsync(i => i.TokenHash == hash, cancellationToken);
    }

    /// <summary>Makes the user, or gives an old one the new password, and burns the link.</summary>
    /// <returns>No result: the link does not work. A failed one: the password is refused, and the link stays good.</returns>
    public async Task<(AppUser? User, IdentityResult? Result)> AcceptAsync(
        string token, string password, CancellationToken cancellationToken)
    {
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        var hash = Invitation.Hash(token);
        var now = time.GetUtcNow();
        // Of two who submit at once the second waits here and then finds nothing.
        var invitation = await db.Set<Invitation>()
            .FromSql($"select * from invitations where token_hash = {hash} and expires_at > {now} for update")
            .SingleOrDefaultAsync(cancellationToken);
        if (invitation is null)
            return (null, null);

        // Whoever holds the link acts, until they are signed in, under the name that the link was made for.
        actor.Value = actor.Value with { Type = ActorType.User, Id = invitation.UserId, Name = invitation.Email };
        var (user, result) = await TakeAsync(invitation, password);
        if (!result.Succeeded)
            return (null, result);
        db.Remove(invitation);
        await db.SaveChangesAsync(cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
        return (user, result);
    }

    private async Task<(AppUser User, IdentityResult Result)> TakeAsync(Invitation invitation, string password)
    {
        if (invitation.UserId is null)
            return await manager.CreateAsync(invitation.Email, password, invitation.Role);
        var user = await manager.FindByIdAsync(invitation.UserId.Value.ToString())
            ?? throw new InvalidOperationException("An invitation's user is gone, which the database does not allow.");
        return (user, await manager.RecoverAsync(user, password));
    }

    private async Task<NewInvitation> SaveAsync(
        string email, UserRole role, Guid? userId, TimeSpan lifetime, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Of two who invite the same person at once the second replaces the first.
        await db.Database.ExecuteSqlAsync($"lock table invitations in share row exclusive mode", cancellationToken);
        var normalized = manager.NormalizeEmail(email);
        await db.Set<Invitation>().Where(i => i.NormalizedEmail == normalized).EndAsync(db, audit, "replaced", cancellationToken);
        var (invitation, token) = Invitation.Create(
            email, normalized, role, userId, (by.UserId(), by.Identity?.Name), lifetime, time.GetUtcNow());
        db.Add(invitation);
        audit.Record(
            AuditActions.UserInvited,
            Target(invitation),
            new { role = role.ToSnakeCase(), invitation.ExpiresAt, newPassword = userId is not null });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewInvitation(invitation, token);
    }

    private IQueryable<Invitation> Valid()
    {
        var now = time.GetUtcNow();
        return db.Set<Invitation>().Where(i => i.ExpiresAt > now);
    }

    private static AuditTarget Target(Invitation invitation) => new("user", invitation.UserId, invitation.Email);
}
