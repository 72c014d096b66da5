using System.Security.Claims;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Where the configuration requires two-factor sign-in of a role, who has that role and no second factor is led to set one up and gets to
/// nothing else. Tokens are not sessions: who may make them was asked when they were made.
/// </summary>
internal sealed class SecondFactorMiddleware(RequestDelegate next, IOptions<AccountsOptions> options)
{
    /// <summary>Present in the principal of who has a second factor.</summary>
    public const string Claim = "two_factor";

    private const string SetUpPage = "/Identity/Account/Manage/EnableAuthenticator";

    private static readonly ApiProblem Refusal =
        ApiProblem.Forbidden("Your role needs two-factor sign-in. Sign in on the web page and set it up first.");

    public async Task InvokeAsync(HttpContext context)
    {
        if (!IsMissing(context.User) || IsPartOfSettingUp(context))
            await next(context);
        else if (ProgramRoutes.Contain(context.Request.Path))
            await Refusal.ExecuteAsync(context);
        else
            context.Response.Redirect(context.Request.PathBase + SetUpPage);
    }

    private bool IsMissing(ClaimsPrincipal user) => user.Identity is { IsAuthenticated: true } identity
        && identity.AuthenticationType != ApiTokenHandler.SchemeName
        && !user.HasClaim(c => c.Type == Claim)
        && user.FindAll(ClaimTypes.Role).Any(role => options.Value.RequiresTwoFactor(role.Value));

    private static bool IsPartOfSettingUp(HttpContext context) => AccessRules.Needed(context) == Permission.Anonymous
        || context.GetEndpoint()?.Metadata.GetMetadata<WithoutSecondFactorAttribute>() is not null;
}

/// <summary>On a page that somebody needs who still has to set up the second factor.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WithoutSecondFactorAttribute : Attribute;
