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
        var address = context.Connection.RemoteIpAddress;
        actor.Value = new Actor(
            byToken ? ActorType.ApiToken : ActorType.User,
            byToken ? (Guid.TryParse(user.FindFirstValue(TokenClaims.Id), out var id) ? id : null) : user.UserId(),
            user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name,
            address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);
        return next(context);
    }
}
