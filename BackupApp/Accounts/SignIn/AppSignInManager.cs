using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.SignIn;

/// <summary>Sign-in that knows disabled users, tells nothing about who has an account, and writes the audit log.</summary>
public sealed class AppSignInManager(
    AppUserManager users,
    IHttpContextAccessor accessor,
    IUserClaimsPrincipalFactory<AppUser> claims,
    IOptions<IdentityOptions> options,
    ILogger<AppSignInManager> logger,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<AppUser> confirmation,
    SignInRecord record,
    CurrentActor actor)
    : SignInManager<AppUser>(users, accessor, claims, options, logger, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(AppUser user) => user.DisabledAt is null && await base.CanSignInAsync(user);

    /// <summary>Of a browser that is not asked for a code: a disabled user's is forgotten.</summary>
    public override async Task<bool> ValidateSecurityStampAsync(AppUser? user, string? securityStamp) =>
        user is { DisabledAt: null } && await base.ValidateSecurityStampAsync(user, securityStamp);

    public override async Task<SignInResult> PasswordSignInAsync(string userName, string password, bool isPersistent, bool lockoutOnFailure)
    {
        var user = await users.FindByNameAsync(userName);
        if (user is not null)
            return await PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure);

        users.PretendToCheck(password);
        await record.FailedAsync(null, "unknown_user", Context.RequestAborted);
        return SignInResult.Failed;
    }

    public override async Task<SignInResult> PasswordSignInAsync(AppUser user, string password, bool isPersistent, bool lockoutOnFailure)
    {
        if (!await CanSignInAsync(user) || await IsLockedOut(user))
            users.PretendToCheck(password); // Identity answers these without a look at the password, noticeably faster
        var result = await base.PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure);
        if (!result.RequiresTwoFactor)
            await record.TriedAsync(user, result, "password", Context.RequestAborted);
        return result;
    }

    public override async Task<SignInResult> TwoFactorAuthenticatorSignInAsync(string code, bool isPersistent, bool rememberClient)
    {
        var user = await GetTwoFactorAuthenticationUserAsync();
        var result = await base.TwoFactorAuthenticatorSignInAsync(code, isPersistent, rememberClient);
        await record.TriedAsync(user, result, "authenticator_code", Context.RequestAborted);
        return result;
    }

    public override async Task<SignInResult> TwoFactorRecoveryCodeSignInAsync(string recoveryCode)
    {
        if (await GetTwoFactorAuthenticationUserAsync() is not { } user)
            return SignInResult.Failed;
        // Identity looks at neither here: its code would open an account that is disabled.
        if (await PreSignInCheck(user) is { } refused)
        {
            await record.TriedAsync(user, refused, "recovery_code", Context.RequestAborted);
            return refused;
        }

        var stranger = actor.Value;
        record.ActAs(user);
        var result = await base.TwoFactorRecoveryCodeSignInAsync(recoveryCode);
        if (!result.Succeeded)
            actor.Value = stranger; // who did not prove to be the user
        if (!result.Succeeded && await IsLockedOut(user))
            result = SignInResult.LockedOut;
        await record.TriedAsync(user, result, "recovery_code", Context.RequestAborted);
        return result;
    }

    /// <summary>Always a new session: see <see cref="SessionRenewal"/>.</summary>
    public override async Task SignInWithClaimsAsync(
        AppUser user, AuthenticationProperties? authenticationProperties, IEnumerable<Claim> additionalClaims)
    {
        var principal = await CreateUserPrincipalAsync(user);
        ((ClaimsIdentity)principal.Identity!).AddClaims(additionalClaims);
        await SessionRenewal.BeginAsync(
            Context,
            AuthenticationScheme,
            principal,
            authenticationProperties ?? new AuthenticationProperties());
    }

    /// <summary>
    /// Ends the session in the database too: a copy of its cookie opens nothing any more. The browser is asked for a code the next time.
    /// </summary>
    public override async Task SignOutAsync()
    {
        if (Context.User.UserId() is { } id)
            await record.SignedOutAsync(id, Context.User.Identity?.Name, Context.RequestAborted);
        await base.SignOutAsync();
        await ForgetTwoFactorClientAsync();
    }

    /// <summary>Signs in a user who has just proved to be the right one by other means, such as the setup link.</summary>
    public async Task SignInNewUserAsync(AppUser user, string method)
    {
        await SignInAsync(user, isPersistent: false);
        await record.TriedAsync(user, SignInResult.Success, method, Context.RequestAborted);
    }
}
