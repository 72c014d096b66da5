using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
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
    AppDbContext db,
    AuditLog audit,
    KnownDevices devices,
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
        await RecordFailureAsync(null, "unknown_user");
        return SignInResult.Failed;
    }

    public override async Task<SignInResult> PasswordSignInAsync(AppUser user, string password, bool isPersistent, bool lockoutOnFailure)
    {
        if (!await CanSignInAsync(user) || await IsLockedOut(user))
            users.PretendToCheck(password); // Identity answers these without a look at the password, noticeably faster
        var result = await base.PasswordSignInAsync(user, password, isPersistent, lockoutOnFailure);
        if (!result.RequiresTwoFactor)
            await RecordAsync(user, result, "password");
        return result;
    }

    public override async Task<SignInResult> TwoFactorAuthenticatorSignInAsync(string code, bool isPersistent, bool rememberClient)
    {
        var user = await GetTwoFactorAuthenticationUserAsync();
        var result = await base.TwoFactorAuthenticatorSignInAsync(code, isPersistent, rememberClient);
        await RecordAsync(user, result, "authenticator_code");
        return result;
    }

    public override async Task<SignInResult> TwoFactorRecoveryCodeSignInAsync(string recoveryCode)
    {
        if (await GetTwoFactorAuthenticationUserAsync() is not { } user)
            return SignInResult.Failed;
        // Identity looks at neither here: its code would open an account that is disabled.
        if (await PreSignInCheck(user) is { } refused)
        {
            await RecordAsync(user, refused, "recovery_code");
            return refused;
        }

        var stranger = actor.Value;
        ActAs(user);
        var result = await base.TwoFactorRecoveryCodeSignInAsync(recoveryCode);
        if (!result.Succeeded)
            actor.Value = stranger; // who did not prove to be the user
        if (!result.Succeeded && await IsLockedOut(user))
            result = SignInResult.LockedOut;
        await RecordAsync(user, result, "recovery_code");
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

    /// <summary>Ends the session in the database too: a copy of its cookie opens nothing any more.</summary>
    public override async Task SignOutAsync()
    {
        if (Context.User.UserId() is { } id)
        {
            audit.Record(AuditActions.UserSignedOut, new AuditTarget("user", id, Context.User.Identity?.Name));
            await db.SaveChangesAsync(Context.RequestAborted);
        }

        await base.SignOutAsync();
    }

    /// <summary>Signs in a user who has just proved to be the right one by other means, such as the setup link.</summary>
    public async Task SignInNewUserAsync(AppUser user, string method)
    {
        await SignInAsync(user, isPersistent: false);
        await RecordAsync(user, SignInResult.Success, method);
    }

    private async Task RecordAsync(AppUser? user, SignInResult result, string method)
    {
        if (user is null || !result.Succeeded)
        {
            await RecordFailureAsync(user, result.IsLockedOut ? "locked_out" : result.IsNotAllowed ? "not_allowed" : $"wrong_{method}");
            return;
        }

        ActAs(user);
        await devices.RememberAsync(user, Context.RequestAborted);
        audit.Record(AuditActions.UserSignedIn, AppUserManager.Target(user), new { method });
        await db.SaveChangesAsync(Context.RequestAborted);
    }

    // What was typed for an unknown user is not kept: people type passwords into the wrong field.
    private async Task RecordFailureAsync(AppUser? user, string reason)
    {
        audit.Record(
            AuditActions.UserSignInFailed,
            user is null ? new AuditTarget("user", null, null) : AppUserManager.Target(user),
            new { reason });
        await db.SaveChangesAsync(Context.RequestAborted);
    }

    private void ActAs(AppUser user) => actor.Value = actor.Value with { Type = ActorType.User, Id = user.Id, Name = user.Email };
}

/// <summary>Puts the user's one role into the principal, and whether there is a second factor.</summary>
public sealed class AppClaimsFactory(AppUserManager users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AppUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AppUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(Options.ClaimsIdentity.RoleClaimType, user.Role.ToString()));
        if (user.TwoFactorEnabled)
            identity.AddClaim(new Claim(SecondFactorMiddleware.Claim, "on"));
        return identity;
    }
}
