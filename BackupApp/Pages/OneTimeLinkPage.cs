using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts;
using BackupApp.Network;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace BackupApp.Pages;

/// <summary>
/// A page that a one-time link opens. The link's token moves at once into a cookie, so that it is
/// in the address, and in whatever keeps addresses, for one redirect only.
/// </summary>
public abstract class OneTimeLinkPage(string cookie) : PageModel
{
    private string Cookie =>
        HttpContext.RequestServices.GetRequiredService<IOptions<PublicAddress>>().Value.CookieName(cookie, isNarrow: true);

    protected string Token => Request.Cookies[Cookie] ?? "";

    protected RedirectToPageResult KeepToken(string token)
    {
        Response.Headers["Referrer-Policy"] = "no-referrer";
        Response.Cookies.Append(Cookie, token, Options());
        return RedirectToPage(new { token = (string?)null });
    }

    protected void ForgetToken() => Response.Cookies.Delete(Cookie, Options());

    protected void AddErrors(IdentityResult? result)
    {
        foreach (var error in result?.Errors ?? [])
            ModelState.AddModelError("", error.Description);
    }

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        Secure = Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = Url.Page("Index", new { token = (string?)null }),
        MaxAge = TimeSpan.FromHours(1),
        IsEssential = true,
    };

    public class NewPassword
    {
        [Required(ErrorMessage = "Choose a password.")]
        [DataType(DataType.Password)]
        [StringLength(
            AccountsOptions.MaximumPasswordLength,
            MinimumLength = AccountsOptions.MinimumPasswordLength,
            ErrorMessage = "The password needs at least {2} characters. More than {1} are not taken.")]
        public string Password { get; set; } = "";

        [Required(ErrorMessage = "Type the password again.")]
        [Compare(nameof(Password), ErrorMessage = "The two passwords differ. Type the same one twice.")]
        [DataType(DataType.Password)]
        public string Repeat { get; set; } = "";
    }
}
