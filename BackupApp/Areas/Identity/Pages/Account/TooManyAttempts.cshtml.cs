using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Areas.Identity.Pages.Account;

/// <summary>Shown in place of a POST that came too often; see <see cref="Accounts.RequestLimits"/>.</summary>
[IgnoreAntiforgeryToken]
public sealed class TooManyAttemptsModel : PageModel;
