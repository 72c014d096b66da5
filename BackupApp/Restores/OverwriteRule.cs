using System.Security.Claims;
using BackupApp.Accounts;
using BackupApp.Engines;
using Microsoft.Extensions.Options;

namespace BackupApp.Restores;

/// <summary>Who may put a backup in the place of a database that is in use.</summary>
public sealed class OverwriteRule(IOptions<RestoreOptions> options)
{
    /// <param name="engine">MongoDB cannot rename a database: there is no old one to swap back, so that it takes an Administrator.</param>
    public bool Allows(ClaimsPrincipal user, Engine engine) =>
        user.Can(engine == Engine.Mongodb || options.Value.OverwriteRole == OverwriteRole.Administrator ? Permission.Administer
            : Permission.Operate);
}
