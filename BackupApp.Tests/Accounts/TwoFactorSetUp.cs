using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Accounts;

/// <summary>Sets up the second factor on the page, as a person does who has just confirmed to be the right one.</summary>
internal static partial class TwoFactorSetUp
{
    public const string Page = "/Identity/Account/Manage/EnableAuthenticator";
    public const string Codes = "/Identity/Account/Manage/ShowRecoveryCodes";

    /// <summary>Afterwards the code that switched it on is used up and the next one is shown.</summary>
    public static async Task<(string Key, string[] Codes)> EnableAsync(Visitor visitor, FakeTimeProvider time)
    {
        var page = await visitor.ReadAsync(Page);
        Assert.Contains("src=\"data:image/svg+xml;base64,", page, StringComparison.Ordinal);
        var key = KeyOnPage().Match(page).Groups[1].Value.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        var done = await visitor.SubmitAsync(Page, ("Input.Code", Totp.Code(key, time.GetUtcNow())));
        Assert.Equal(Codes, done.Headers.Location?.OriginalString);
        time.Advance(TimeSpan.FromSeconds(30));
        return (key, CodesOnPage().Matches(await visitor.ReadAsync(Codes)).Select(m => m.Value).ToArray());
    }

    [GeneratedRegex("<code class=\"user-select-all\">([a-z2-7 ]+)</code>")]
    private static partial Regex KeyOnPage();

    [GeneratedRegex("\\b[A-Z0-9]{5}-[A-Z0-9]{5}\\b")]
    private static partial Regex CodesOnPage();
}
