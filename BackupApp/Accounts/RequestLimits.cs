using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Errors;
using BackupApp.Network;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts;

/// <summary>
/// Keeps one runaway script from taking the API from everybody else, and guessing passwords from costing little. Lockout protects one
/// account from many guesses; this protects many accounts from one address. Counted by each process for itself.
/// </summary>
internal sealed class RequestLimits(
    RequestDelegate next, TimeProvider time, IOptions<ApiRateLimitOptions> api, IOptions<AccountsOptions> accounts)
{
    private readonly RequestWindows _windows = new(time);

    public async Task InvokeAsync(HttpContext context)
    {
        if (Refuse(context) is not { } wait)
        {
            await next(context);
            return;
        }

        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (ProgramRoutes.Contain(context.Request.Path))
            await ApiProblem.RateLimited("Too many requests. Wait as long as Retry-After says.").ExecuteAsync(context);
        else
            await AnswerWithPage.ShowAsync(context, "/Account/TooManyAttempts", StatusCodes.Status429TooManyRequests);
    }

    private TimeSpan? Refuse(HttpContext context)
    {
        var address = ClientNetwork.Of(context.Connection.RemoteIpAddress);
        if (ProgramRoutes.IsApi(context.Request.Path) && RefuseProgram(context, address) is { } wait)
            return wait;
        return IsSignIn(context) ? _windows.Take("sign-in " + address, accounts.Value.SignInsPerMinute) : null;
    }

    private static bool IsSignIn(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.GetEndpoint()?.Metadata.GetMetadata<LimitSignInsAttribute>() is not null;

    // The address comes first, so that made-up tokens cannot fill the memory with counters. A token counts by what is presented, known or
    // not: nobody but its holder can use up its share.
    private TimeSpan? RefuseProgram(HttpContext context, string address)
    {
        if (_windows.Take("address " + address, api.Value.RequestsPerMinutePerAddress) is { } wait)
            return wait;
        return ApiTokenHandler.Presented(context.Request) is { } token
            ? _windows.Take("token " + Hash(token), api.Value.RequestsPerMinutePerToken)
            : null;
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
