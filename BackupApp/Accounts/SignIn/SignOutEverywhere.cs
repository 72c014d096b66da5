using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Ends what lets others in as somebody: sessions, and API tokens where asked to, since whoever had a session may have made one.
/// </summary>
public sealed class SignOutEverywhere(AppDbContext db, UserEditor users, AppUserManager manager, Invitations invitations, ApiTokens tokens)
{
    /// <summary>Ends all sessions of the user, the caller's own too.</summary>
    /// <returns>How many tokens were revoked; null where nobody asked for it.</returns>
    /// <exception cref="Errors.NotFoundException"/>
    public async Task<int?> RunAsync(Guid userId, bool revokeTokens, ClaimsPrincipal by, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await users.RevokeSessionsAsync(userId, by, cancellationToken);
        int? revoked = revokeTokens ? await tokens.RevokeAllOfAsync(userId, cancellationToken) : null;
        await transaction.CommitAsync(cancellationToken);
        return revoked;
    }

    /// <inheritdoc cref="Invitations.AcceptAsync"/>
    public async Task<(AppUser? User, IdentityResult? Result)> AcceptAsync(
        string token, string password, bool revokeTokens, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (user, result) = await invitations.AcceptAsync(token, password, cancellationToken);
        if (user is null)
            return (null, result);
        await EndTokensAsync(user, revokeTokens, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (user, result);
    }

    /// <inheritdoc cref="AppUserManager.RecoverAsync"/>
    public async Task<IdentityResult> RecoverAsync(AppUser user, string newPassword, bool revokeTokens, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await manager.RecoverAsync(user, newPassword);
        if (!result.Succeeded)
            return result;
        await EndTokensAsync(user, revokeTokens, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>Sets a new password, which ends all sessions.</summary>
    /// <returns>
    /// Failed, with nothing changed, when the password does not meet the rules; and how many tokens were revoked, null where nobody asked
    /// for it.
    /// </returns>
    public async Task<(IdentityResult Result, int? Revoked)> ChangePasswordAsync(
        AppUser user, string password, string newPassword, bool revokeTokens, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var result = await manager.ChangePasswordAsync(user, password, newPassword);
        if (!result.Succeeded)
            return (result, null);
        int? revoked = revokeTokens ? await tokens.RevokeAllOfAsync(user.Id, cancellationToken) : null;
        await transaction.CommitAsync(cancellationToken);
        return (result, revoked);
    }

    private async Task EndTokensAsync(AppUser user, bool revoke, CancellationToken cancellationToken)
    {
        if (revoke)
            await tokens.RevokeAllOfAsync(user.Id, cancellationToken);
    }
}
