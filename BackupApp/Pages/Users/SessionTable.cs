using BackupApp.Accounts.SignIn;

namespace BackupApp.Pages.Users;

/// <summary>Sessions as a table: on the page of the own account and of a user.</summary>
public sealed record SessionTable(IReadOnlyList<SessionRow> Rows)
{
    public static SessionTable Empty { get; } = new([]);

    /// <summary>The end of a sentence.</summary>
    /// <param name="revoked">API tokens; null where nobody asked for it.</param>
    public static string AndTokens(int? revoked) => revoked switch
    {
        null => "",
        0 => ", and there were no API tokens to revoke",
        1 => ", and one API token is revoked",
        _ => $", and {revoked} API tokens are revoked",
    };
}
