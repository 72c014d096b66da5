using System.Diagnostics;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Pages;

/// <summary>
/// What a person sees when a request failed: <c>/Error</c> after an exception, <c>/Error/404</c> and its like for a bare status
/// code. Both run inside the failed request, whatever its method was, so nothing here depends on a handler having run.
/// </summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
public sealed class ErrorModel : PageModel
{
    public int Code => RouteData.Values["code"] is string code ? int.Parse(code, System.Globalization.CultureInfo.InvariantCulture) : 500;

    public bool KeepsMenu => Code < 500 && User.Identity?.IsAuthenticated == true;

    public bool ShowsTraceId => Code >= 500;

    public string TraceId => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public string Title => Code switch
    {
        400 => "That did not work",
        401 or 403 => "Not allowed",
        404 => "Not found",
        >= 500 => "Something went wrong",
        _ => $"The request failed ({Code})",
    };

    public string Text => Code switch
    {
        400 => "The form may have been open for too long, or the address is damaged. Go back, load the page again and retry.",
        401 => "Sign in to see this page.",
        403 => "Your role does not include this. An administrator can change that.",
        404 => "There is nothing at this address. It may have been deleted, or the link is damaged.",
        503 => "BackupApp cannot reach something that it needs, such as its database. It keeps trying; load the page again in a moment.",
        >= 500 => "BackupApp could not answer this request. The reason is in its log.",
        _ => "The server did not accept this request.",
    };
}
