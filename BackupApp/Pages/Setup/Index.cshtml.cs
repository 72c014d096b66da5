using System.ComponentModel.DataAnnotations;
using BackupApp.Accounts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;

namespace BackupApp.Pages.Setup;

/// <summary>
/// Creates the first administrator with the one-time link from the log. The link's token moves at once into a cookie, so that it is in the
/// address, and in whatever keeps addresses, for one redirect only.
/// </summary>
[EnableRateLimiting(SignInRateLimit.Policy)]
public sealed class IndexModel(FirstAdministrator first, AppSignInManager signIn) : PageModel
{
    private const string Cookie = "backupapp.setup";

    [BindProperty]
    public InputModel Input { get; set; } = new();

    public bool IsLinkValid { get; private set; }

    public bool IsSetUp { get; private set; }

    public async Task<IActionResult> OnGetAsync(string? token, CancellationToken cancellationToken)
    {
        if (token is null)
            return await ShowAsync(cancellationToken);

        Response.Headers["Referrer-Policy"] = "no-referrer";
        Response.Cookies.Append(Cookie, token, Options());
        return RedirectToPage(new { token = (string?)null });
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return await ShowAsync(cancellationToken);

        var (user, result) = await first.CreateWithLinkAsync(Request.Cookies[Cookie] ?? "", Input.Email.Trim(), Input.Password, cancellationToken);
        if (user is null)
        {
            foreach (var error in result?.Errors ?? [])
                ModelState.AddModelError("", error.Description);
            return await ShowAsync(cancellationToken);
        }

        Response.Cookies.Delete(Cookie, Options());
        await signIn.SignInNewUserAsync(user, "setup_link");
        return LocalRedirect("~/");
    }

    private async Task<PageResult> ShowAsync(CancellationToken cancellationToken)
    {
        IsLinkValid = await first.IsLinkValidAsync(Request.Cookies[Cookie], cancellationToken);
        IsSetUp = !IsLinkValid && !await first.IsNeededAsync(cancellationToken);
        if (!IsLinkValid)
            Response.StatusCode = StatusCodes.Status403Forbidden;
        return Page();
    }

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        Secure = Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = Url.Page("/Setup/Index", new { token = (string?)null }),
        MaxAge = TimeSpan.FromHours(1),
        IsEssential = true,
    };

    public sealed class InputModel
    {
        [Required(ErrorMessage = "Type your e-mail address.")]
        [EmailAddress(ErrorMessage = "This is not an e-mail address: it needs an @.")]
        [StringLength(256, ErrorMessage = "An e-mail address has at most 256 characters.")]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Choose a password.")]
        [DataType(DataType.Password)]
        [StringLength(1024, MinimumLength = AccountsOptions.MinimumPasswordLength, ErrorMessage = "The password needs at least {2} characters.")]
        public string Password { get; set; } = "";

        [Required(ErrorMessage = "Type the password again.")]
        [Compare(nameof(Password), ErrorMessage = "The two passwords differ. Type the same one twice.")]
        [DataType(DataType.Password)]
        public string Repeat { get; set; } = "";
    }
}
