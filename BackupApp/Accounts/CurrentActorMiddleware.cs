using System.Security.Claims;
using BackupApp.Audit;

namespace BackupApp.Accounts;

/// <summary>Tells the audit log who acts in this request. Runs after authentication and after the forwarded headers.</summary>
internal sealed class CurrentActorMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context, CurrentActor actor)
    {
        var user = context.User;
        var address = context.Connection.RemoteIpAddress;
        actor.Value = new Actor(
            ActorType.User,
            Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) ? id : null,
            user.FindFirstValue(ClaimTypes.Email) ?? user.Identity?.Name,
            address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address,
            context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null);
        return next(context);
    }
}
