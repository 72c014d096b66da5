using BackupApp.Accounts;
using BackupApp.Errors;
using BackupApp.Network;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Identity;

namespace BackupApp.Hosting;

/// <summary>Refuses what came under a name that is not this server's, before it can get into a link.</summary>
internal sealed class HostFilter(RequestDelegate next, KnownHosts hosts)
{
    // For monitors, which come by whatever name their network has for this process. No link is made there.
    private static readonly PathString[] Open = ["/health", "/metrics"];

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var isError = context.Features.Get<IExceptionHandlerFeature>() is not null;
        if (isError
            || Array.Exists(Open, path => request.Path.StartsWithSegments(path))
            || await hosts.KnowsAsync(request.Host.Host, context.RequestAborted))
        {
            await next(context);
            return;
        }

        var sentence =
            $"This BackupApp is not known as '{request.Host.Host}'. "
            + "If it should be, set BackupApp__PublicUrl to the address that people use, "
            + "or run 'BackupApp host allow NAME' on its server.";
        if (ProgramRoutes.Contain(request.Path))
        {
            await ApiProblem.InvalidPayload(sentence).ExecuteAsync(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(sentence, context.RequestAborted);
    }
}

/// <summary>
/// Keeps the name under which the first administrator came, at set-up or, where the configuration made them, at the first sign-in.
/// </summary>
internal sealed partial class HostLearner(RequestDelegate next, KnownHosts hosts, ILogger<HostLearner> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var user = context.User;
        var isPerson =
            user.Identity is { IsAuthenticated: true } identity && identity.AuthenticationType == IdentityConstants.ApplicationScheme;
        if (isPerson && user.Can(Permission.Administer) && await hosts.LearnFirstAsync(context.Request.Host.Host, context.RequestAborted))
            LogLearnt(context.Request.Host.Host);
        await next(context);
    }

    [LoggerMessage(
        LogLevel.Information,
        "This server was set up as '{Host}' and answers to no other name from now on; BackupApp__PublicUrl says it for good")]
    private partial void LogLearnt(string host);
}
