using System.Security.Claims;
using BackupApp.Accounts;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>Who may put a backup in the place of a database that is in use.</summary>
public sealed class OverwriteRule(IOptions<RestoreOptions> options)
{
    /// <param name="withoutSafety">There will be no way back: that takes an Administrator.</param>
    public bool Allows(ClaimsPrincipal user, bool withoutSafety = false) =>
        user.Can(withoutSafety || options.Value.OverwriteRole == OverwriteRole.Administrator ? Permission.Administer : Permission.Operate);
}
