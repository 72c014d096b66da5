using System.Globalization;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// That whoever uses a session has typed the password, and the second factor where there is one, a moment ago. What makes new ways in asks
/// for it, so that a copied cookie or an unattended browser is not enough. It is noted in the session and ends with it.
/// </summary>
internal static class ConfirmedIdentity
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const string Item = "confirmed_at";

    public static async Task<bool> IsFreshAsync(HttpContext context)
    {
        var session = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (session.Properties?.Items.TryGetValue(Item, out var text) != true)
            return false;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var at) && Now(context) - at < Lifetime;
    }

    public static void Note(HttpContext context, AuthenticationProperties session) =>
        session.Items[Item] = Now(context).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>On routes of the API: a session of the pages has to be confirmed. A token is its own proof.</summary>
    public static RouteHandlerBuilder ConfirmItIsYou(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (call, next) =>
    {
        var context = call.HttpContext;
        if (context.User.Identity?.AuthenticationType == ApiTokenHandler.SchemeName || await IsFreshAsync(context))
            return await next(call);
        return ApiProblem.Forbidden(
            "Confirm that it is you first: open /Identity/Account/Manage/Confirm in this browser, then send this again within 5 minutes.");
    });

    private static DateTimeOffset Now(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
}
