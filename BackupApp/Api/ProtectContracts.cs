using System.ComponentModel;
using System.Text.Json.Serialization;
using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Api;

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
