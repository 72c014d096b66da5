namespace BackupApp.Areas.Identity.Pages.Account;

internal static class OneTimeCode
{
    /// <summary>Apps show codes in groups, and people type them as they see them.</summary>
    public static string Clean(string typed) => typed.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
}
