using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

/// <summary>Shown in place of what was refused, so whatever the method was: there is nothing to forge here.</summary>
[IgnoreAntiforgeryToken]
public sealed class AccessDeniedModel : PageModel
{
    public void OnGet() => Response.StatusCode = StatusCodes.Status403Forbidden;
}
