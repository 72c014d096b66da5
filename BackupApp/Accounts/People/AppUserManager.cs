using BackupApp.Accounts.People;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.People;

/// <summary>
/// Identity's user manager, whose changes write their audit entry in the same transaction, whichever page or command makes them.
/// </summary>
public sealed class AppUserManager(
    IUserStore<AppUser> store,
    IOptions<IdentityOptions> options,
    IPasswordHasher<AppUser> hasher,
    IEnumerable<IUserValidator<AppUser>> userValidators,
    IEnumerable<IPasswordValidator<AppUser>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<AppUserManager> logger,
    AppDbContext db,
    AuditLog audit,
    SignInGuard guard,
    TimeProvider time)
    : UserManager<AppUser>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    // The cost of one verification for people who do not exist; made once, with the same parameters as the real ones.
    private static string? decoyHash;

    /// <summary>Makes a user with a confirmed address, which is also the user name.</summary>
    public async Task<(AppUser User, IdentityResult Result)> CreateAsync(string email, string password, Role role)
    {
        var user = new AppUser
        {
            Id = Guid.CreateVersion7(),
            UserName = email,
            Email = email,
            EmailConfirmed = true,
            Role = role,
            CreatedAt = time.GetUtcNow(),
        };
        return (user, await CreateAsync(user, password));
    }

    /// <summary>
    /// Whether whoever sends this request has to wait before the next try, right or wrong: see <see cref="SignInGuard"/>.
    /// </summary>
    public override async Task<bool> IsLockedOutAsync(AppUser user) =>
        await base.IsLockedOutAsync(user) || await guard.IsClosedAsync(user, CancellationToken);

    /// <summary>Does nothing: it was counted before it was looked at.</summary>
    public override Task<IdentityResult> AccessFailedAsync(AppUser user) => Task.FromResult(IdentityResult.Success);

    public override async Task<IdentityResult> ResetAccessFailedCountAsync(AppUser user)
    {
        await guard.SucceededAsync(user, CancellationToken);
        return IdentityResult.Success;
    }

    public override async Task<bool> CheckPasswordAsync(AppUser user, string password)
    {
        if (await guard.TryBeginAsync(user, CancellationToken))
            return await TakeBackIfAsync(await base.CheckPasswordAsync(user, password), user);
        PretendToCheck(password);
        return false;
    }

    public override async Task<bool> VerifyTwoFactorTokenAsync(AppUser user, string tokenProvider, string token) =>
        await guard.TryBeginAsync(user, CancellationToken)
        && await TakeBackIfAsync(await base.VerifyTwoFactorTokenAsync(user, tokenProvider, token), user);

    /// <summary>Whether the authenticator app shows the codes of the key that is being set up. Nothing is guarded by it yet.</summary>
    public Task<bool> VerifySetUpCodeAsync(AppUser user, string code) =>
        base.VerifyTwoFactorTokenAsync(user, Options.Tokens.AuthenticatorTokenProvider, code);

    public override Task<IdentityResult> CreateAsync(AppUser user) =>
        AuditedAsync(user, AuditActions.UserCreated, new { role = user.Role.ToSnakeCase() }, () => base.CreateAsync(user));

    public override Task<IdentityResult> ChangePasswordAsync(AppUser user, string currentPassword, string newPassword) =>
        AuditedAsync(user, AuditActions.UserPasswordChanged, null, () => base.ChangePasswordAsync(user, currentPassword, newPassword));

    public override Task<IdentityResult> SetTwoFactorEnabledAsync(AppUser user, bool enabled) =>
        AuditedAsync(user, AuditActions.UserTwoFactorChanged, new { enabled }, () => base.SetTwoFactorEnabledAsync(user, enabled));

    public override async Task<IEnumerable<string>?> GenerateNewTwoFactorRecoveryCodesAsync(AppUser user, int number)
    {
        IEnumerable<string>? codes = null;
        await AuditedAsync(user, AuditActions.UserTwoFactorChanged, new { recoveryCodes = "renewed" }, async () =>
        {
            codes = await base.GenerateNewTwoFactorRecoveryCodesAsync(user, number);
            return codes is null ? IdentityResult.Failed() : IdentityResult.Success;
        });
        return codes;
    }

    public override async Task<IdentityResult> RedeemTwoFactorRecoveryCodeAsync(AppUser user, string code)
    {
        if (!await guard.TryBeginAsync(user, CancellationToken))
            return IdentityResult.Failed(ErrorDescriber.RecoveryCodeRedemptionFailed());
        var used = new { recoveryCodes = "one used" };
        var result = await AuditedAsync(
            user, AuditActions.UserTwoFactorChanged, used, () => base.RedeemTwoFactorRecoveryCodeAsync(user, code));
        await TakeBackIfAsync(result.Succeeded, user);
        return result;
    }

    /// <summary>
    /// Switches the second factor off and forgets its key and recovery codes, so that switching it on again starts afresh.
    /// </summary>
    public async Task RemoveTwoFactorAsync(AppUser user)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken);
        await SetTwoFactorEnabledAsync(user, false);
        await ForgetTwoFactorSecretsAsync(user);
        await transaction.CommitAsync(CancellationToken);
    }

    /// <summary>
    /// Lets somebody in again who lost password or telephone: sets the password, removes the second
    /// factor, ends the lockout and every session.
    /// </summary>
    /// <returns>Failed, with nothing changed, when the password does not meet the rules.</returns>
    public async Task<IdentityResult> RecoverAsync(AppUser user, string newPassword)
    {
        await using var own = await BeginUnlessBegunAsync();
        var hadTwoFactor = user.TwoFactorEnabled;
        user.TwoFactorEnabled = false;
        user.LockoutEnd = null;
        var result = await UpdatePasswordHash(user, newPassword, validatePassword: true);
        if (result.Succeeded)
            result = await UpdateAsync(user);
        if (!result.Succeeded)
            return result;

        await guard.ForgetAsync(user, CancellationToken);
        await ForgetTwoFactorSecretsAsync(user);
        audit.Record(AuditActions.UserPasswordChanged, Target(user), new { reset = true });
        if (hadTwoFactor)
            audit.Record(AuditActions.UserTwoFactorChanged, Target(user), new { enabled = false });
        audit.Record(AuditActions.UserSessionsRevoked, Target(user));
        await db.SaveChangesAsync(CancellationToken);
        if (own is not null)
            await own.CommitAsync(CancellationToken);
        return result;
    }

    /// <summary>At setting the second factor up, by whoever is signed in.</summary>
    public async Task RecordWrongCodeAsync(AppUser user)
    {
        audit.Record(AuditActions.UserTwoFactorChanged, Target(user), new { refused = "wrong_code" });
        await db.SaveChangesAsync(CancellationToken);
    }

    /// <summary>Takes as long as checking a password, so that an unknown address cannot be told from a known one by the clock.</summary>
    public void PretendToCheck(string password)
    {
        var nobody = new AppUser();
        decoyHash ??= PasswordHasher.HashPassword(nobody, Guid.NewGuid().ToString());
        PasswordHasher.VerifyHashedPassword(nobody, decoyHash, password);
    }

    private async Task<bool> TakeBackIfAsync(bool right, AppUser user)
    {
        if (right)
            await guard.TakeBackAsync(user, CancellationToken);
        return right;
    }

    private async Task ForgetTwoFactorSecretsAsync(AppUser user)
    {
        await RemoveAuthenticationTokenAsync(user, AppUserStore.OwnTokens, AppUserStore.AuthenticatorKeyName);
        await RemoveAuthenticationTokenAsync(user, AppUserStore.OwnTokens, AppUserStore.RecoveryCodesName);
    }

    internal static AuditTarget Target(AppUser user) => new("user", user.Id, user.Email);

    private async Task<IDbContextTransaction?> BeginUnlessBegunAsync() =>
        db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(CancellationToken) : null;

    private async Task<IdentityResult> AuditedAsync(AppUser user, string action, object? metadata, Func<Task<IdentityResult>> change)
    {
        await using var own = await BeginUnlessBegunAsync();
        var result = await change();
        if (!result.Succeeded)
            return result;

        audit.Record(action, Target(user), metadata);
        await db.SaveChangesAsync(CancellationToken);
        if (own is not null)
            await own.CommitAsync(CancellationToken);
        return result;
    }
}
