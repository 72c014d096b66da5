using BackupApp.Engines;

namespace BackupApp.DataSources;

/// <summary>
/// The login for restores as entered, in the UI and by API. An empty user means that there is none; an empty password keeps the
/// stored one.
/// </summary>
public sealed class RestoreLoginInput
{
    private const int MaxUser = 255;

    private const string UserField = $"{nameof(DataSourceInput.RestoreLogin)}.{nameof(Username)}";
    private const string PasswordField = $"{nameof(DataSourceInput.RestoreLogin)}.{nameof(Password)}";

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>What is to be changed; null for nothing, and where something is wrong, which is noted under its field.</summary>
    /// <param name="stored">The user of the one that is stored; null where there is none.</param>
    /// <param name="moves">The source connects elsewhere or in another way than the stored one was meant for.</param>
    internal RestoreLoginChange? Read(string? stored, bool moves, ConnectionSecurity security, Dictionary<string, string> problems)
    {
        var (user, password) = (ConnectionInput.Text(Username), ConnectionInput.Text(Password));
        if (user is null)
        {
            if (password is not null)
                problems[UserField] = "Give the user of the restore login too, or leave both empty.";
            return stored is null || password is not null ? null : RestoreLoginChange.Removal;
        }

        if (Problem(user, password, security) is { } problem)
            problems[problem.Field] = problem.Sentence;
        else if (password is not null)
            return new(user, password);
        else if (stored is null)
            problems[PasswordField] = "Give the password of the restore login.";
        else if (stored != user || moves)
        {
            problems[PasswordField] =
                "Enter the password of the restore login again, or empty its user: where or how the source connects, or who restores, has "
                + "changed, and what is stored is only used as it was meant to be.";
        }

        return null;
    }

    private static (string Field, string Sentence)? Problem(string user, string? password, ConnectionSecurity security)
    {
        if (user.Length > MaxUser || user.Any(char.IsControl))
            return (UserField, "Give the name of the user.");
        if (password?.Contains('\0', StringComparison.Ordinal) == true)
            return (PasswordField, "A password cannot hold a NUL character.");
        return security.Mechanism == "MONGODB-X509"
            ? (UserField, "This data source logs in by its client certificate, which names the user: there can be no second login.")
            : null;
    }
}

/// <param name="Username">Null to remove the login.</param>
internal sealed record RestoreLoginChange(string? Username, string? Password)
{
    public static readonly RestoreLoginChange Removal = new(null, null);

    // A record prints all its members; this one must never print its secret.
    public override string ToString() => Username is null ? "removal" : $"{Username} (password)";
}
