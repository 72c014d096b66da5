using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace BackupApp.Pages.Restores;

/// <summary>Keeps a login that somebody typed between two looks of a form: encrypted in the page itself, and for half an hour.</summary>
internal sealed class LoginKeeper(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    private readonly ITimeLimitedDataProtector _protector = protection
        .CreateProtector("BackupApp.RestoreWizard").ToTimeLimitedDataProtector();

    /// <summary>What was typed now, else what was kept; null where there is neither, or it is too old.</summary>
    public string? Read(string? typed, string? kept)
    {
        if (!string.IsNullOrWhiteSpace(typed) || string.IsNullOrEmpty(kept))
            return typed;
        try
        {
            return _protector.Unprotect(kept);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>For the page; null where there is nothing to keep.</summary>
    public string? Keep(string? login) => string.IsNullOrWhiteSpace(login) ? null : _protector.Protect(login, Longest);
}
