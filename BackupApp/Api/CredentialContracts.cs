using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Api;

public sealed class SetCredentialsRequest
{
    [JsonRequired]
    public CredentialMode? Mode { get; init; }

    [Description("With mode `connection_uri`.")]
    public string? Uri { get; init; }

    [Description("With mode `fields`.")]
    public CredentialFields? Fields { get; init; }

    [Description("The certificate authority of the server, as PEM text.")]
    public string? CaCertificatePem { get; init; }

    [Description("A client certificate, as PEM text; its key belongs to it.")]
    public string? ClientCertificatePem { get; init; }

    public string? ClientKeyPem { get; init; }

    [Description("A second login of the same server, for restores only. Absent: the stored one is kept, unless the connection leads "
        + "elsewhere now: then it is asked for again, or removed.")]
    public RestoreLoginRequest? RestoreLogin { get; init; }

    [Description("Restores use the data source's own login from now on.")]
    public bool? RemoveRestoreLogin { get; init; }
}

public sealed class RestoreLoginRequest
{
    [JsonRequired]
    public string? User { get; init; }

    [Description("Write-only. Absent: that of the stored login of the same user.")]
    public string? Password { get; init; }
}

public sealed class CredentialFields
{
    public PostgresFields? Postgres { get; init; }

    public MongoFields? Mongodb { get; init; }
}

public sealed class PostgresFields
{
    [JsonRequired]
    public string? Db { get; init; }

    [JsonRequired]
    [Description("A DNS name or an IP address.")]
    public string? Host { get; init; }

    [JsonRequired]
    [System.ComponentModel.DataAnnotations.Range(1, 65535)]
    public int? Port { get; init; }

    [JsonRequired]
    public string? User { get; init; }

    [Description("Absent: the stored one is kept, unless the connection leads elsewhere now.")]
    public string? Password { get; init; }

    [Description("Absent: the strongest that works is chosen, or stays as it is where the source stays at its server.")]
    public RequestedSslMode? Sslmode { get; init; }

    [Description("libpq's channel_binding. The default is `prefer`.")]
    public ChannelBinding? ChannelBinding { get; init; }

    [Description("libpq's sslnegotiation. The default is `postgres`.")]
    public TlsNegotiation? SslNegotiation { get; init; }

    [Description("Further parameters by libpq's names, from an allow-list. None that means security: those have fields of their own.")]
    public Dictionary<string, string>? Params { get; init; }
}

public sealed class MongoFields
{
    [JsonRequired]
    public string? Db { get; init; }

    [JsonRequired]
    public MongoScheme? Scheme { get; init; }

    public string? AuthSource { get; init; }

    [Description("SCRAM-SHA-256, SCRAM-SHA-1 or MONGODB-X509. Absent: as server and client agree.")]
    public string? AuthMechanism { get; init; }

    [Description("For `mongodb`: host or host:port.")]
    public string[]? Hosts { get; init; }

    public Dictionary<string, string>? Params { get; init; }

    public string? Password { get; init; }

    public string? ReplicaSet { get; init; }

    [JsonPropertyName("srv_host")]
    [Description("For `mongodb+srv`.")]
    public string? SrvHost { get; init; }

    [Description("true: encrypted, certificate and name checked. Absent: the strongest that works is chosen.")]
    public bool? Tls { get; init; }

    public string? User { get; init; }
}

public enum MongoScheme
{
    [JsonStringEnumMemberName("mongodb")]
    Mongodb,

    [JsonStringEnumMemberName("mongodb+srv")]
    MongodbSrv,
}

/// <summary>libpq's <c>sslmode</c>.</summary>
public enum RequestedSslMode
{
    Disable,
    Allow,
    Prefer,
    Require,

    [JsonStringEnumMemberName("verify-ca")]
    VerifyCa,

    [JsonStringEnumMemberName("verify-full")]
    VerifyFull,
}

public sealed record SetCredentialsResponse(DateTimeOffset UpdatedAt);

/// <param name="ErrorCode">Absent when it works.</param>
/// <param name="ErrorMessage">What is wrong and what to do about it; never a secret.</param>
public sealed record VerifyResponse(
    bool Ok,
    string Engine,
    int LatencyMs,
    bool ReachabilityOnly,
    string? ErrorCode,
    string? ErrorMessage,
    string? DetectedVersion,
    int DetectedVersionMajor,
    bool? Encrypted,
    bool? Verified);

public sealed record ConnectionResponse(
    string Host,
    int Port,
    string Db,
    string User,
    RequestedSslMode Sslmode,
    IReadOnlyDictionary<string, string> Params)
{
    [Description("Only where it is not `prefer`.")]
    public ChannelBinding? ChannelBinding { get; init; }

    [Description("Only where it is not `postgres`.")]
    public TlsNegotiation? SslNegotiation { get; init; }

    [Description("MongoDB: absent where server and client agree on it.")]
    public string? AuthMechanism { get; init; }

    [Description("MongoDB.")]
    public string? AuthSource { get; init; }
}
