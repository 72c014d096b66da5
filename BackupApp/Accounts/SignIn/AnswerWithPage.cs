using BackupApp.Accounts.Tokens;
using BackupApp.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Accounts.SignIn;

/// <summary>Answers a refused request with a page at the same address and with the honest status code, instead of a redirect.</summary>
internal static class AnswerWithPage
{
    /// <summary>Whether a person looks at the answer: not for the API, and not for a script's fetch within a page.</summary>
    public static bool IsForPerson(HttpRequest request) =>
        !ProgramRoutes.Contain(request.Path)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";

    /// <param name="page">Its name within the area Identity; it must take any method without an antiforgery token.</param>
    public static async Task ShowAsync(HttpContext context, string page, int status)
    {
        context.Response.StatusCode = status;
        var endpoint = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints
            .First(e => e.Metadata.GetMetadata<PageActionDescriptor>() is { AreaName: "Identity" } d && d.ViewEnginePath == page);
        context.SetEndpoint(endpoint);
        context.Request.RouteValues = new RouteValueDictionary { ["area"] = "Identity", ["page"] = page };
        await endpoint.RequestDelegate!(context);
    }

    /// <summary>
    /// A signed-in person without the permission sees 403 and why; strangers are sent to sign in; programs are told in problem+json.
    /// </summary>
    internal sealed class ForRefused : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _usual = new();

        public Task HandleAsync(
            RequestDelegate next,
            HttpContext context,
            AuthorizationPolicy policy,
            PolicyAuthorizationResult authorizeResult) =>
            authorizeResult.Succeeded ? _usual.HandleAsync(next, context, policy, authorizeResult)
            : ProgramRoutes.Contain(context.Request.Path) ? TellProgramAsync(context, authorizeResult)
            : authorizeResult.Forbidden && IsForPerson(context.Request)
                ? ShowAsync(context, "/Account/AccessDenied", StatusCodes.Status403Forbidden)
            : _usual.HandleAsync(next, context, policy, authorizeResult);

        private static async Task TellProgramAsync(HttpContext context, PolicyAuthorizationResult result)
        {
            if (result.Forbidden)
            {
                await ApiProblem.ForStatus(StatusCodes.Status403Forbidden).ExecuteAsync(context);
                return;
            }

            // Remembered by the scheme: it is not looked up a second time.
            var failure = (await context.AuthenticateAsync(ApiTokenHandler.SchemeName)).Failure;
            context.Response.Headers.WWWAuthenticate = failure is null
                ? "Bearer realm=\"BackupApp\""
                : "Bearer realm=\"BackupApp\", error=\"invalid_token\"";
            var problem = failure is null
                ? ApiProblem.ForStatus(StatusCodes.Status401Unauthorized)
                : ApiProblem.InvalidToken(failure.Message);
            await problem.ExecuteAsync(context);
        }
    }
}
