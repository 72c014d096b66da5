using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace BackupApp.Accounts;

/// <summary>Answers a refused request with a page at the same address and with the honest status code, instead of a redirect.</summary>
internal static class AnswerWithPage
{
    // For programs, which want a status and not a form to sign in.
    private static readonly string[] ForPrograms = ["/api", "/openapi", "/metrics", "/health"];

    /// <summary>Whether a person looks at the answer: not for the API, and not for a script's fetch within a page.</summary>
    public static bool IsForPerson(HttpRequest request) =>
        !ForPrograms.Any(p => request.Path.StartsWithSegments(p))
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

    /// <summary>A signed-in person without the permission sees 403 and why; strangers are sent to sign in.</summary>
    internal sealed class ForForbidden : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler _usual = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult) =>
            authorizeResult.Forbidden && IsForPerson(context.Request)
                ? ShowAsync(context, "/Account/AccessDenied", StatusCodes.Status403Forbidden)
                : _usual.HandleAsync(next, context, policy, authorizeResult);
    }
}
