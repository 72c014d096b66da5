using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Writes down that somebody who is known was answered 401 or 403: a person or token without the
/// permission, a token that was revoked or has expired. Strangers are not: anybody could fill the log.
/// </summary>
internal sealed partial class RefusalAudit(
    RequestDelegate next, IServiceScopeFactory scopes, TimeProvider time, ILogger<RefusalAudit> logger)
{
    private readonly RefusalLimit _limit = new(time);

    public async Task InvokeAsync(HttpContext context, CurrentActor current)
    {
        var what =
            $"{context.Request.Method} "
            + $"{(context.GetEndpoint() is RouteEndpoint route ? Access.PathOf(route).Value : "an unknown address")}";
        await next(context);
        if (context.Response.StatusCode is not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
            || IsErrorPage(context))
            return;
        var refused = context.Features.Get<RefusedToken>();
        var actor = refused is null
            ? current.Value
            : current.Value with { Type = ActorType.ApiToken, Id = refused.Id, Name = refused.Name };
        if (actor.Type is ActorType.Anonymous or ActorType.System
            || _limit.Admit($"{actor.Type} {actor.Id} {actor.Name}", $"{context.Response.StatusCode} {what}") is not { } untold)
            return;
        await RecordAsync(actor, what, new { status = context.Response.StatusCode, reason = refused?.Reason, untold });
    }

    // The page that explains a status is a request within the request.
    private static bool IsErrorPage(HttpContext context) => context.Features.Get<IStatusCodeReExecuteFeature>() is not null;

    // In a scope of its own: what the refused request had begun is not saved with it.
    private async Task RecordAsync(Actor actor, string what, object metadata)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            scope.ServiceProvider.GetRequiredService<CurrentActor>().Value = actor;
            scope.ServiceProvider.GetRequiredService<AuditLog>()
                .Record(AuditActions.AccessRefused, new AuditTarget("access", null, what), metadata);
            await scope.ServiceProvider.GetRequiredService<AppDbContext>().SaveChangesAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or DbUpdateException or InvalidOperationException)
        {
            LogNotRecorded(e, actor.Name, what);
        }
    }

    [LoggerMessage(LogLevel.Warning, "That {Actor} was refused {What} could not be written into the audit log")]
    private partial void LogNotRecorded(Exception exception, string? actor, string what);
}
