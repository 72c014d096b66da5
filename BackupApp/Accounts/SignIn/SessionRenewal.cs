using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// A sign-in never goes on with the session that the browser brought: somebody else may have
/// planted it there, or know its key since before the password changed.
/// </summary>
internal static class SessionRenewal
{
    /// <summary>Ends the request's session, if it has one, and begins another.</summary>
    public static async Task BeginAsync(HttpContext context, string scheme, ClaimsPrincipal principal, AuthenticationProperties properties)
    {
        if ((await context.AuthenticateAsync(scheme)).Succeeded)
            await context.SignOutAsync(scheme);
        // The request's own handler remembers the old key and would keep it.
        var services = context.RequestServices;
        var handlers = ActivatorUtilities.CreateInstance<AuthenticationHandlerProvider>(services);
        await ActivatorUtilities.CreateInstance<AuthenticationService>(services, handlers)
            .SignInAsync(context, scheme, principal, properties);
        context.User = principal;
    }
}
