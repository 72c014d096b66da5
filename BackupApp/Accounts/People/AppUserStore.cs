using System.Text;
using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.Secrets;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Accounts.People;

/// <summary>
/// Users in the application's database, without role tables. Every token of a user (authenticator key, recovery
/// codes) is encrypted and bound to its user and name: a copy of the database does not hold the second factor.
/// </summary>
public sealed class AppUserStore(AppDbContext db, SecretBox box, IdentityErrorDescriber describer)
    : UserOnlyStore<AppUser, AppDbContext, Guid, IdentityUserClaim<Guid>, IdentityUserLogin<Guid>, IdentityUserToken<Guid>>(db, describer)
{
    // The names that Identity gives them; it keeps its constants to itself.
    internal const string OwnTokens = "[AspNetUserStore]";
    internal const string AuthenticatorKeyName = "AuthenticatorKey";
    internal const string RecoveryCodesName = "RecoveryCodes";

    public override async Task SetTokenAsync(
        AppUser user, string loginProvider, string name, string? value, CancellationToken cancellationToken)
    {
        // A new key's codes are other codes: those of the present half-minute must not count as used.
        if (name == AuthenticatorKeyName)
            await Context.Set<AuthenticatorStep>().Where(s => s.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        var cipher = value is null
            ? null
            : Convert.ToBase64String(box.Protect(Encoding.UTF8.GetBytes(value), Binding(user, loginProvider, name)));
        await base.SetTokenAsync(user, loginProvider, name, cipher, cancellationToken);
    }

    public override async Task<string?> GetTokenAsync(AppUser user, string loginProvider, string name, CancellationToken cancellationToken)
    {
        var cipher = await base.GetTokenAsync(user, loginProvider, name, cancellationToken);
        return cipher is null
            ? null
            : Encoding.UTF8.GetString(box.Unprotect(Convert.FromBase64String(cipher), Binding(user, loginProvider, name)));
    }

    private static string Binding(AppUser user, string loginProvider, string name) => $"user_tokens/{user.Id}/{loginProvider}/{name}";
}
