using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Accounts.SignIn;

/// <summary>What came of asking somebody, who is signed in, to prove it again.</summary>
public enum IdentityCheckResult
{
    Passed,
    WrongPassword,
    WrongCode,

    /// <summary>Too many wrong ones: nothing was looked at, and the session is over.</summary>
    Closed,
}

/// <summary>
/// Asks somebody who is signed in to prove it again. Wrong answers count like those at sign-in and are audited, and at the fifth the
/// session ends: a copied cookie is no place to guess a password from.
/// </summary>
public sealed class IdentityCheck(AppUserManager users, AppSignInManager signIn, AuditLog audit, AppDbContext db)
{
    private const string AuthenticationMethods = "amr";

    /// <summary>The present password alone, before it is changed.</summary>
    public async Task<IdentityCheckResult> CheckPasswordAsync(AppUser user, string password)
    {
        if (!await signIn.CanSignInAsync(user) || await users.IsLockedOutAsync(user))
        {
            users.PretendToCheck(password);
            return await CloseAsync(user);
        }

        return await users.CheckPasswordAsync(user, password)
            ? IdentityCheckResult.Passed
            : await RefuseAsync(user, IdentityCheckResult.WrongPassword, "wrong_password");
    }

    /// <summary>Password and, where it is set up, second factor; notes in the session that they were right.</summary>
    /// <param name="code">Of the authenticator app, or a recovery code.</param>
    public async Task<IdentityCheckResult> ConfirmAsync(AppUser user, string password, string? code)
    {
        var checkedPassword = await CheckPasswordAsync(user, password);
        if (checkedPassword != IdentityCheckResult.Passed)
            return checkedPassword;
        if (user.TwoFactorEnabled && !await IsRightAsync(user, OneTimeCode.Clean(code ?? "")))
            return await RefuseAsync(user, IdentityCheckResult.WrongCode, "wrong_code");

        await users.ResetAccessFailedCountAsync(user);
        await NoteAsync(user);
        return IdentityCheckResult.Passed;
    }

    private async Task<bool> IsRightAsync(AppUser user, string code) => OneTimeCode.AsRecoveryCode(code) is { } recovery
        ? (await users.RedeemTwoFactorRecoveryCodeAsync(user, recovery)).Succeeded
        : await users.VerifyTwoFactorTokenAsync(user, users.Options.Tokens.AuthenticatorTokenProvider, code);

    private async Task NoteAsync(AppUser user)
    {
        var session = await signIn.Context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        var properties = session.Properties ?? new AuthenticationProperties();
        ConfirmedIdentity.Note(signIn.Context, properties);
        var methods = session.Principal?.FindAll(c => c.Type is AuthenticationMethods or ClaimTypes.AuthenticationMethod) ?? [];
        await signIn.SignInWithClaimsAsync(user, properties, methods.ToList());
    }

    private async Task<IdentityCheckResult> RefuseAsync(AppUser user, IdentityCheckResult result, string reason)
    {
        await RecordAsync(user, reason);
        return await users.IsLockedOutAsync(user) ? await CloseAsync(user) : result;
    }

    private async Task<IdentityCheckResult> CloseAsync(AppUser user)
    {
        await RecordAsync(user, "locked_out");
        await signIn.SignOutAsync();
        return IdentityCheckResult.Closed;
    }

    private async Task RecordAsync(AppUser user, string reason)
    {
        audit.Record(AuditActions.UserConfirmFailed, AppUserManager.Target(user), new { reason });
        await db.SaveChangesAsync(signIn.Context.RequestAborted);
    }
}
