using System.Security.Claims;
using BackupApp.Accounts.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.SignIn;

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
