using BackupApp.Engines.Postgres;

namespace BackupApp.Engines;

/// <summary>
/// Result codes of a connection test: the published contract's, and ours from <see cref="TlsError"/> on. Written in snake_case.
/// </summary>
public enum ConnectionTestCode
{
    Ok,
    NoCredentials,
    DecryptFailed,
    UnsupportedEngine,
    InvalidUri,
    NetworkUnreachable,
    AuthFailed,
    Timeout,
    ServerVersionUnsupported,
    Unknown,
    TlsError,
    ServerError,
    DatabaseNotFound,
    PrivilegesMissing,

    /// <summary>It is the database in which this application keeps its own data.</summary>
    OwnDatabase,

    /// <summary>A pooler answers that shares its server connections among clients, whom a backup would harm.</summary>
    TransactionPooler,
}

/// <summary>
/// What a login to the database found. <paramref name="Message"/> says what is wrong,
/// <paramref name="Advice"/> what to do about it; neither holds a secret.
/// </summary>
/// <param name="Latency">From the first packet to the answered query.</param>
/// <param name="Server">Null when the login failed.</param>
public sealed record ConnectionTestResult(
    ConnectionTestCode Code,
    string Message,
    string? Advice,
    TimeSpan Latency,
    ServerInfo? Server)
{
    public bool Ok => Code == ConnectionTestCode.Ok;

    /// <summary>
    /// It failed at the encryption, or before any password was asked for: without encryption, or with fewer checks, it might work.
    /// </summary>
    public bool WeakerTlsMayWork { get; init; }
}

/// <summary>What a server says of itself after a login.</summary>
/// <param name="Version">As reported, for example <c>15.18 (Debian 15.18-0+deb12u1)</c>.</param>
/// <param name="Major">Major version, for example 15.</param>
/// <param name="DatabaseSize">Bytes on the server's disk, or null where the role may not ask.</param>
/// <param name="Encrypted">The connection is encrypted.</param>
/// <param name="Verified">The server's certificate was checked against a trusted authority.</param>
/// <param name="TlsProtocol">For example <c>TLSv1.3</c>; null when not encrypted or not known.</param>
/// <param name="Pooled">A connection pooler stands in front of the server: dumps through one can break.</param>
/// <param name="ReplicaSet">MongoDB: name of the replica set that the server is a member of; only such a server has an oplog.</param>
public sealed record ServerInfo(
    string Version,
    int Major,
    long? DatabaseSize,
    bool Encrypted,
    bool Verified,
    string? TlsProtocol,
    bool Pooled = false,
    string? ReplicaSet = null)
{
    /// <summary>PostgreSQL: a pooler gives its server connections to other clients after each transaction.</summary>
    public bool SharedConnections { get; init; }
}
