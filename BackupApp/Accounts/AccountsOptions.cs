using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;

namespace BackupApp.Accounts;

/// <summary>Section <c>BackupApp:Accounts</c>.</summary>
public sealed class AccountsOptions : IValidatableObject
{
    public const string Section = "BackupApp:Accounts";

    /// <summary>
    /// Characters; the only rule, because length is what counts and rules of composition make people write passwords down.
    /// </summary>
    public const int MinimumPasswordLength = 12;

    /// <summary>Characters. Nobody types so many; looking whether more of them can be guessed would only take time.</summary>
    public const int MaximumPasswordLength = 1024;

    /// <summary>Sign-in attempts that one address has per minute, good or bad. 1–100000.</summary>
    [Range(1, 100_000)]
    public int SignInsPerMinute { get; set; } = 20;

    /// <summary>A session ends so long after its sign-in, used or not.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "365.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A session that is not used for so long ends. Its last use is known to five minutes.</summary>
    [Range(typeof(TimeSpan), "00:15:00", "365.00:00:00")]
    public TimeSpan SessionIdleTimeout { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Rounds of PBKDF2 with HMAC-SHA-512 for a password. 210,000 is what OWASP recommends as of 2026; who signs in with fewer is hashed
    /// anew. Tests take fewer. 1000–10000000.
    /// </summary>
    [Range(1_000, 10_000_000)]
    public int PasswordHashRounds { get; set; } = 210_000;

    /// <summary>Names of roles whose people must have a second factor: who has none is led to set it up before anything else.</summary>
    public string[] RequireTwoFactorFor { get; set; } = [];

    public bool RequiresTwoFactor(string role) => RequireTwoFactorFor.Contains(role, StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => RequireTwoFactorFor
        .Where(name => !Enum.GetNames<UserRole>().Contains(name, StringComparer.OrdinalIgnoreCase))
        .Select(name => new ValidationResult(
            $"BackupApp__Accounts__RequireTwoFactorFor: '{name}' is no role. "
            + $"The roles are {string.Join(", ", Enum.GetNames<UserRole>())}."));
}

/// <summary>Section <c>BackupApp:Bootstrap</c>: the first administrator, made only while there is no user at all.</summary>
public sealed class BootstrapOptions : IValidatableObject
{
    public const string Section = "BackupApp:Bootstrap";

    public string? AdminEmail { get; set; }

    public string? AdminPassword { get; set; }

    /// <summary>Characters of the API token, which nothing but its length keeps from being guessed.</summary>
    public const int MinimumApiTokenLength = 32;

    /// <summary>An administrator's API token. Letters, digits and <c>-._~+/=</c>, as HTTP allows in a header.</summary>
    public string? ApiToken { get; set; }

    public bool IsSet => !string.IsNullOrEmpty(AdminEmail);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsSet == string.IsNullOrEmpty(AdminPassword))
            yield return new("Set BackupApp__Bootstrap__AdminEmail and BackupApp__Bootstrap__AdminPassword together, or neither.");
        if (IsSet && !new EmailAddressAttribute().IsValid(AdminEmail))
            yield return new("BackupApp__Bootstrap__AdminEmail is not an e-mail address.");
        if (AdminPassword is { Length: > 0 and < AccountsOptions.MinimumPasswordLength })
            yield return new($"BackupApp__Bootstrap__AdminPassword must have at least {AccountsOptions.MinimumPasswordLength} characters.");
        if (AdminPassword is { Length: > AccountsOptions.MaximumPasswordLength })
            yield return new($"BackupApp__Bootstrap__AdminPassword must have at most {AccountsOptions.MaximumPasswordLength} characters.");
        if (ApiToken is { Length: > 0 and < MinimumApiTokenLength })
            yield return new(
                $"BackupApp__Bootstrap__ApiToken must have at least {MinimumApiTokenLength} characters; "
                + "'openssl rand -hex 32' makes a good one.");
        if (ApiToken?.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c, StringComparison.Ordinal)) == false)
            yield return new(
                "BackupApp__Bootstrap__ApiToken may have letters, digits and -._~+/= only; 'openssl rand -hex 32' makes a good one.");
    }
}
