using BackupApp.Engines;

namespace BackupApp.DataSources;

/// <summary>A connection test as it is remembered. See <see cref="ConnectionTestResult"/>.</summary>
public sealed class ConnectionTestRecord
{
    public DateTimeOffset TestedAt { get; init; }

    public ConnectionTestCode Code { get; init; }

    public string Message { get; init; } = "";

    public string? Advice { get; init; }

    public int LatencyMs { get; init; }

    public string? ServerVersion { get; init; }

    public int? ServerMajor { get; init; }

    public long? DatabaseSize { get; init; }

    public bool? Encrypted { get; init; }

    public bool? Verified { get; init; }

    public string? TlsProtocol { get; init; }

    /// <summary>MongoDB: name of the replica set, or null.</summary>
    public string? ReplicaSet { get; init; }

    public static ConnectionTestRecord From(ConnectionTestResult result, DateTimeOffset now) => new()
    {
        TestedAt = now,
        Code = result.Code,
        Message = result.Message,
        Advice = result.Advice,
        LatencyMs = (int)result.Latency.TotalMilliseconds,
        ServerVersion = result.Server?.Version,
        ServerMajor = result.Server?.Major,
        DatabaseSize = result.Server?.DatabaseSize,
        Encrypted = result.Server?.Encrypted,
        Verified = result.Server?.Verified,
        TlsProtocol = result.Server?.TlsProtocol,
        ReplicaSet = result.Server?.ReplicaSet,
    };
}
