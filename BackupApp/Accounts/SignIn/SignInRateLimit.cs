using System.Globalization;
using System.Threading.RateLimiting;
using BackupApp.Errors;
using BackupApp.Network;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.SignIn;

/// <summary>
/// Lockout protects one account from many guesses; this protects many accounts from one address. Counted by each process for itself.
/// </summary>
internal static class SignInRateLimit
{
    public const string Policy = "sign-in";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    public static void Add(RateLimiterOptions options)
    {
        options.AddPolicy(Policy, Partition);
        options.OnRejected = static async (rejected, _) =>
        {
            var context = rejected.HttpContext;
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Window;
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            if (ProgramRoutes.Contain(context.Request.Path))
                await ApiProblem.RateLimited("Too many requests. Wait as long as Retry-After says.").ExecuteAsync(context);
            else
                await AnswerWithPage.ShowAsync(context, "/Account/TooManyAttempts", StatusCodes.Status429TooManyRequests);
        };
    }

    private static RateLimitPartition<string> Partition(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
            return RateLimitPartition.GetNoLimiter("");
        var permits = context.RequestServices.GetRequiredService<IOptions<AccountsOptions>>().Value.SignInsPerMinute;
        return RateLimitPartition.GetFixedWindowLimiter(
            ClientNetwork.Of(context.Connection.RemoteIpAddress),
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window });
    }
}
