using System.Security.Claims;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;

namespace BackupApp.Accounts;

/// <summary>What somebody's roles and limits allow.</summary>
public static class UserRights
{
    /// <summary>For views: <c>@if (User.Can(Permission.Operate))</c>.</summary>
    public static bool Can(this ClaimsPrincipal user, Permission permission)
    {
        if (permission is Permission.Anonymous)
            return true;
        if (user.Identity?.IsAuthenticated != true)
            return false;
        if (permission is Permission.SignedIn)
            return true;
        // A token has two roles, its own and its owner's, and needs the permission in both.
        var roles = user.FindAll(ClaimTypes.Role).ToList();
        return roles.Count > 0 && roles.All(role => Includes(role.Value, permission));
    }

    /// <summary>Whether the user may hand this role on: nobody gives away more than they have.</summary>
    public static bool CanGrant(this ClaimsPrincipal user, TokenRole role) =>
        Enum.GetValues<Permission>().Where(p => Includes(role.ToString(), p)).All(user.Can);

    /// <summary>Whether a token has all that its owner has; a session always has.</summary>
    public static bool HasWholeRole(this ClaimsPrincipal user)
    {
        if (user.FindFirstValue(TokenClaims.Role) is not { } token)
            return true;
        var owner = user.FindAll(ClaimTypes.Role).Select(role => role.Value).FirstOrDefault(role => role != token) ?? token;
        return !user.HasClaim(claim => claim.Type == TokenClaims.DataSource)
            && Enum.GetValues<Permission>().All(p => Includes(token, p) || !Includes(owner, p));
    }

    /// <summary>Whether everything that the token's role includes is in its owner's role too.</summary>
    public static bool Covers(UserRole owner, TokenRole token) =>
        Enum.GetValues<Permission>().All(p => !Includes(token.ToString(), p) || Includes(owner.ToString(), p));

    /// <summary>
    /// False for a token that is limited to other data sources. An endpoint with <see cref="ChecksDataSourceAttribute"/> must ask.
    /// </summary>
    public static bool CanReach(this ClaimsPrincipal user, Guid dataSourceId)
    {
        var only = user.FindAll(TokenClaims.DataSource).ToList();
        return only.Count == 0 || only.Exists(claim => claim.Value == dataSourceId.ToString());
    }

    /// <summary>The person behind the request, a token's owner too; null for the bootstrap token and for strangers.</summary>
    public static Guid? UserId(this ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null;

    private static bool Includes(string role, Permission permission) => role switch
    {
        nameof(TokenRole.Administrator) => true,
        nameof(TokenRole.Operator) => permission <= Permission.Operate,
        nameof(TokenRole.Viewer) => permission <= Permission.Read,
        nameof(TokenRole.Runner) => permission is <= Permission.Watch or Permission.Run,
        _ => false,
    };
}
