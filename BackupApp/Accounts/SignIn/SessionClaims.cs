using System.Security.Claims;

namespace BackupApp.Accounts.SignIn;

/// <summary>What the principal of a session has beside the usual claims.</summary>
public static class SessionClaims
{
    /// <summary>Of the session's row; not its key.</summary>
    public const string Id = "backupapp:session_id";

    public static Guid? SessionId(this ClaimsPrincipal user) => Guid.TryParse(user.FindFirstValue(Id), out var id) ? id : null;
}
