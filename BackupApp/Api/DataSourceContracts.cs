using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;

namespace BackupApp.Api;

public sealed class CreateDataSourceRequest
{
    [JsonRequired]
    [Description("1 to 100 characters, unique.")]
    public string? Name { get; init; }

    [JsonRequired]
    public Engine? Engine { get; init; }

    [JsonRequired]
    public DataSourceEnvironment? Environment { get; init; }

    [Description("Free text; it has no effect here.")]
    public string? Region { get; init; }

    [Description("One database, or every database of the server. The default is `database`.")]
    public SourceScope? Scope { get; init; }

    [Description("What of it is backed up. The default is everything.")]
    public SelectionRequest? Selection { get; init; }
}

public sealed class UpdateDataSourceRequest
{
    public string? Name { get; init; }

    public DataSourceEnvironment? Environment { get; init; }

    [Description("Free text; it has no effect here.")]
    public string? Region { get; init; }

    [Description("The master switch: false cancels queued backups and halts every policy of this data source. Running backups finish.")]
    public bool? IsActive { get; init; }

    [Description("With `isActive: false`: when it is resumed by itself, at most 90 days from now. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    [Description("With `isActive: false`: why, in at most 200 characters.")]
    public string? PauseReason { get; init; }

    [Description("What of it is backed up. Lists that are left out stay as they are; an empty one clears.")]
    public SelectionRequest? Selection { get; init; }
}

public sealed class DeleteDataSourceRequest
{
    [JsonRequired]
    [Description("Must equal the data source's name.")]
    public string? Confirmation { get; init; }
}

/// <param name="DeletedResourcesCount">The data source and its attachments.</param>
/// <param name="EnqueuedS3Blobs">Always 0: backups stay until somebody deletes them.</param>
public sealed record DeleteDataSourceResponse(
    int DeletedResourcesCount,
    [property: JsonPropertyName("enqueuedS3Blobs")] int EnqueuedS3Blobs);

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
    public SslMode? Sslmode { get; init; }

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
public enum SslMode
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

public sealed class ProtectRequest
{
    [JsonRequired]
    public SetCredentialsRequest? Credential { get; init; }

    [JsonRequired]
    public Engine? Engine { get; init; }

    [JsonRequired]
    public string? Name { get; init; }

    [JsonRequired]
    [Description("Five fields, for example `0 2 * * *`.")]
    public string? ScheduleCron { get; init; }

    [JsonRequired]
    [Description("An IANA name, for example `Europe/Prague`.")]
    public string? Timezone { get; init; }

    [JsonRequired]
    [Description("Days that backups are kept; 0 = this rule is off.")]
    public int? RetentionDays { get; init; }

    [JsonRequired]
    [Description("Backups that are kept whatever their age; 0 = this rule is off.")]
    public int? KeepLastN { get; init; }

    public DataSourceEnvironment? Environment { get; init; }

    public string? Region { get; init; }

    [Description("One database, or every database of the server. The default is `database`.")]
    public SourceScope? Scope { get; init; }

    [Description("What of it is backed up. The default is everything.")]
    public SelectionRequest? Selection { get; init; }

    [Description("Absent: the server's own storage.")]
    public Guid? DestinationId { get; init; }
}

public sealed record ProtectResponse(Guid DataSourceId, Guid PolicyId, bool VerifyOk, string? VerifyErrorCode, string? VerifyMessage);

public sealed record DataSourceResponse
{
    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string Name { get; init; }

    public required Engine Engine { get; init; }

    public required DataSourceEnvironment Environment { get; init; }

    public required bool IsActive { get; init; }

    public required SourceScope Scope { get; init; }

    [Description("What of it is backed up.")]
    public required SelectionResponse Selection { get; init; }

    public bool HasCredentials { get; init; }

    [Description("Where it is; absent without credentials. Secrets are never shown.")]
    public ConnectionResponse? Connection { get; init; }

    [Description("Whether there are good backups, as young as was promised.")]
    public required ProtectionResponse Protection { get; init; }

    [Description("While it is switched off: when it is resumed by itself. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    public string? PauseReason { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public string? DetectedEngineVersion { get; init; }

    public DateTimeOffset? DetectedEngineVersionAt { get; init; }

    [Description("Of the last backup that succeeded.")]
    public DateTimeOffset? LastBackupAt { get; init; }

    public long? LastBackupSizeBytes { get; init; }

    [Description("Absent while nothing is scheduled.")]
    public DateTimeOffset? NextRunAt { get; init; }

    public int ActiveBackupJobs { get; init; }

    public int TotalBackupJobs { get; init; }

    [Description("Only of a single data source.")]
    public long? TotalStoredBytes { get; init; }

    [Description("Always false: restore tests are not offered yet.")]
    public bool RestoreTestingEnabled { get; init; }
}

public sealed record ConnectionResponse(
    string Host,
    int Port,
    string Db,
    string User,
    SslMode Sslmode,
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
