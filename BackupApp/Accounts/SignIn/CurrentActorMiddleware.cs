using System.Net;
using System.Security.Claims;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;

namespace BackupApp.Accounts.SignIn;

/// <summary>Tells the audit log who acts in this request. Runs after authentication and after the forwarded headers.</summary>
internal sealed class CurrentActorMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, CurrentActor actor)
    {
        var user = context.User;
        var byToken = user.Identity?.AuthenticationType == ApiTokenHandler.SchemeName;
        var isKnown = user.Identity?.IsAuthenticated == true;
        actor.Value = new Actor(
            !isKnown ? ActorType.Anonymous : byToken ? ActorType.ApiToken : ActorType.User,
            byToken ? (Guid.TryParse(user.FindFirstValue(TokenClaims.Id), out var id) ? id : null) : user.UserId(),
            isKnown ? user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name : Actor.Anonymous,
            AddressOf(context),
            AgentOf(context));
        return next(context);
    }

    internal static IPAddress? AddressOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } address
            ? address.MapToIPv4()
            : context.Connection.RemoteIpAddress;

    internal static string? AgentOf(HttpContext context) =>
        context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null;
}
