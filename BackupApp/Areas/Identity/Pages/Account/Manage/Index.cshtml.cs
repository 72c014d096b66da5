using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account.Manage;

/// <summary>The account has no page of its own: it opens at its first tab.</summary>
public sealed class IndexModel : PageModel
{
    public IActionResult OnGet() => RedirectToPage("./ChangePassword");
}
