using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using BackupApp.Network;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts.Tokens;

/// <summary>Section <c>BackupApp:Api</c>. Counted by each process for itself.</summary>
public sealed class ApiRateLimitOptions
{
    public const string Section = "BackupApp:Api";

    /// <summary>Requests that one token has per minute. 1–1000000.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinutePerToken { get; set; } = 600;

    /// <summary>Requests to the API that one address has per minute, with tokens or without. 1–1000000.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerMinutePerAddress { get; set; } = 1200;
}

/// <summary>Keeps one runaway script from taking the API from everybody else, and guessing from costing anything.</summary>
internal static class ApiRateLimit
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // The address comes first, so that made-up tokens cannot fill the memory with counters.
    public static void Add(RateLimiterOptions options) => options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(ByAddress), PartitionedRateLimiter.Create<HttpContext, string>(ByToken));

    private static RateLimitPartition<string> ByAddress(HttpContext context) =>
        Limit(context, "address " + ClientNetwork.Of(context.Connection.RemoteIpAddress), Options(context).RequestsPerMinutePerAddress);

    // By what is presented, known or not: nobody but its holder can use up a token's share.
    private static RateLimitPartition<string> ByToken(HttpContext context) => ApiTokenHandler.Presented(context.Request) is { } token
        ? Limit(
            context,
            "token " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token))),
            Options(context).RequestsPerMinutePerToken)
        : RateLimitPartition.GetNoLimiter("");

    private static RateLimitPartition<string> Limit(HttpContext context, string key, int permits) =>
        ProgramRoutes.IsApi(context.Request.Path)
            ? RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = Window })
            : RateLimitPartition.GetNoLimiter("");

    private static ApiRateLimitOptions Options(HttpContext context) =>
        context.RequestServices.GetRequiredService<IOptions<ApiRateLimitOptions>>().Value;
}
