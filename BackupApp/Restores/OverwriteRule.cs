using System.Security.Claims;
using BackupApp.Accounts;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>Who may put a backup in the place of a database that is in use.</summary>
public sealed class OverwriteRule(IOptions<RestoreOptions> options)
{
    public bool Allows(ClaimsPrincipal user) =>
        user.Can(options.Value.OverwriteRole == OverwriteRole.Administrator ? Permission.Administer : Permission.Operate);
}
