using BackupApp.Data;

namespace BackupApp.Destinations;

/// <summary>A destination test as it is remembered.</summary>
public sealed class DestinationTestRecord
{
    public DateTimeOffset TestedAt { get; init; }

    public bool Ok { get; init; }

    /// <summary>snake_case; <c>ok</c> when it went well.</summary>
    public string Code { get; init; } = "";

    public string Message { get; init; } = "";

    public string? Advice { get; init; }

    public int LatencyMs { get; init; }

    /// <summary>The bucket keeps old versions: what is deleted without its version is only hidden.</summary>
    public bool KeepsVersions { get; init; }

    /// <summary>Deleting was refused, as it may be at an append-only destination.</summary>
    public bool CannotDelete { get; init; }

    /// <summary>How the bucket locked the test's object: GOVERNANCE or COMPLIANCE. Null where it did not, or does not tell.</summary>
    public string? LockMode { get; init; }

    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>What the test could not remove, as a sentence.</summary>
    public string? LeftBehind { get; init; }

    public static DestinationTestRecord From(DestinationTestResult result, DateTimeOffset now) => new()
    {
        TestedAt = now,
        Ok = result.Ok,
        Code = result.Code?.ToSnakeCase() ?? "ok",
        Message = result.Message,
        Advice = result.Advice,
        LatencyMs = (int)result.Latency.TotalMilliseconds,
        KeepsVersions = result.KeepsVersions,
        CannotDelete = result.CannotDelete,
        LockMode = result.Lock?.Mode,
        LockedUntil = result.Lock?.Until,
        LeftBehind = result.LeftBehind,
    };
}
