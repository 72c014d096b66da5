using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Areas.Identity.Pages.Account;

internal static class ReturnUrls
{
    /// <summary>The address to go back to after sign-in, when it is one of ours; else the dashboard.</summary>
    public static string Local(this IUrlHelper url, string? returnUrl) => url.IsLocalUrl(returnUrl) ? returnUrl! : url.Content("~/");
}
