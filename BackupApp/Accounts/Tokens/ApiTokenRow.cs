using BackupApp.Accounts.People;

namespace BackupApp.Accounts.Tokens;

/// <param name="Text">Shown once; nobody can read it again.</param>
public sealed record NewApiToken(ApiToken Token, string Text);

/// <summary>A token that was not revoked, with its owner as of now.</summary>
public sealed record ApiTokenRow(ApiToken Token, string Owner, UserRole OwnerRole, bool IsOwnerDisabled)
{
    public string Shown => ApiTokenText.Shown(Token.PublicId);
}
