namespace BackupApp.Accounts.SignIn;

/// <summary>Codes as people type them.</summary>
internal static class OneTimeCode
{
    private const int RecoveryCodeLength = 10;

    /// <summary>Apps show codes in groups, and people type them as they see them.</summary>
    public static string Clean(string typed) => typed.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    /// <param name="cleaned">Without separators, in any case.</param>
    /// <returns>As Identity keeps them, <c>ABCDE-12345</c>; null when it cannot be one.</returns>
    public static string? AsRecoveryCode(string cleaned) =>
        cleaned.Length == RecoveryCodeLength ? $"{cleaned[..5]}-{cleaned[5..]}".ToUpperInvariant() : null;
}
