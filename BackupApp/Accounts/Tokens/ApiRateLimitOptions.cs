using System.ComponentModel.DataAnnotations;

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
