using BackupApp.Accounts.Tokens;
using BackupApp.Errors;
using Microsoft.AspNetCore.Antiforgery;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// A browser sends the session's cookie wherever a page of somebody else tells it to; a token it never does. So the cookie
/// alone reads the API, and writes need the page's antiforgery token too, in the header <c>RequestVerificationToken</c>.
/// </summary>
internal sealed class ApiAntiforgeryMiddleware(RequestDelegate next, IAntiforgery antiforgery)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!ProgramRoutes.IsApi(context.Request.Path) || context.User.Identity is not { IsAuthenticated: true } identity
            || identity.AuthenticationType == ApiTokenHandler.SchemeName || await antiforgery.IsRequestValidAsync(context))
        {
            await next(context);
            return;
        }

        await ApiProblem.Forbidden(
                "The session of the web pages alone does not change anything here. Send an API token: Authorization: Bearer <token>.")
            .ExecuteAsync(context);
    }
}
