using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using BackupApp.Pings;
using BackupApp.Policies;

namespace BackupApp.Api;

/// <summary>
/// What a policy and its changes have in common. Fields of features that are not offered are accepted at their neutral values.
/// </summary>
public abstract class PolicyFields
{
    [Description("`gzip` or `none`; `zstd` is not offered yet.")]
    public PolicyCompression? Compression { get; init; }

    [Description("gzip's level, 0 to 9. The default is 3.")]
    [Range(0, 9)]
    public int? CompressionLevel { get; init; }

    [Description("Mirrors the destination's encryption, where it is set; another value is refused.")]
    public PolicyEncryption? Encryption { get; init; }

    [Description("Only `logical_dump` is offered.")]
    public PolicyMethod? Method { get; init; }

    [Description("Only 1 (or 0) is offered.")]
    public int? Parallelism { get; init; }

    [Description("Only false is offered.")]
    public bool? PitrEnabled { get; init; }

    [Description("Megabits a second that a run reads from the database, at least 8, rounded down to whole megabytes; 0 = no limit.")]
    [Range(0, 8 * PolicyInput.MaxRate)]
    public int? ThrottleMbps { get; init; }

    [Description("CPU cores that one run may use to compress; 0 = the worker's own number.")]
    [Range(0, PolicyInput.MaxThreads)]
    public int? CompressionThreads { get; init; }

    [Description("A backup that takes longer is ended; 0 = no limit.")]
    [Range(0, PolicyInput.MaxMinutes)]
    public int? MaxDurationMinutes { get; init; }

    [Description("They count for every data source that it is attached to. All of them: those that are left out are removed.")]
    public Dictionary<string, string>? Labels { get; init; }

    [Description("What it is meant for. Rules of alerts find by it whatever it is attached to. The default is `any`.")]
    public PolicyEnvironment? Environment { get; init; }

    [Description("Makes up, once, for runs that came due while nothing was up. The default is true for daily and rarer schedules.")]
    public bool? RunOnceAfterDowntime { get; init; }

    [Description("Of a monitor outside that is told of scheduled runs. Write-only; empty removes it, and as it was read it stays.")]
    public string? PingUrl { get; init; }

    [Description("`healthchecks` (the default), or `get` or `post` of an address, which may have places such as `{state}` or `{up}`.")]
    public PingStyle? PingStyle { get; init; }
}

public sealed class CreatePolicyRequest : PolicyFields
{
    [JsonRequired]
    [Description("1 to 100 characters, unique.")]
    public string? Name { get; init; }

    [JsonRequired]
    [Description("Five fields, for example `0 2 * * *`.")]
    public string? ScheduleCron { get; init; }

    [JsonRequired]
    [Description("An IANA name, for example `Europe/Prague`. Schedules follow its wall clock.")]
    public string? Timezone { get; init; }

    [JsonRequired]
    [Description("Days that backups are kept; 0 = this rule is off.")]
    public int? RetentionDays { get; init; }

    [JsonRequired]
    [Description("Backups that are kept whatever their age; 0 = this rule is off.")]
    public int? KeepLastN { get; init; }

    [JsonRequired]
    [Description("Where backups go.")]
    public Guid? DestinationId { get; init; }
}

public sealed class UpdatePolicyRequest : PolicyFields
{
    public string? Name { get; init; }

    public string? ScheduleCron { get; init; }

    public string? Timezone { get; init; }

    public int? RetentionDays { get; init; }

    public int? KeepLastN { get; init; }

    public Guid? DestinationId { get; init; }
}

/// <summary>What a policy is meant for.</summary>
public enum PolicyEnvironment
{
    Any,
    Prod,
    Staging,
    Dev,
    Test,
}

public enum PolicyCompression
{
    Gzip,
    Zstd,
    None,
}

public enum PolicyEncryption
{
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("sse-s3")]
    SseS3,

    [JsonStringEnumMemberName("sse-kms")]
    SseKms,

    [JsonStringEnumMemberName("client-side")]
    ClientSide,
}

public enum PolicyMethod
{
    LogicalDump,
    Physical,
    Pitr,
}

public sealed record PolicyResponse
{
    public required Guid Id { get; init; }

    public required Guid OrganizationId { get; init; }

    public required string Name { get; init; }

    public required string ScheduleCron { get; init; }

    public required string Timezone { get; init; }

    public required int RetentionDays { get; init; }

    public required int KeepLastN { get; init; }

    public required Guid DestinationId { get; init; }

    public required PolicyCompression Compression { get; init; }

    [Description("Absent when nothing is compressed.")]
    public int? CompressionLevel { get; init; }

    public required PolicyEncryption Encryption { get; init; }

    public required PolicyMethod Method { get; init; }

    public required int Parallelism { get; init; }

    public required bool PitrEnabled { get; init; }

    [Description("0 = no limit.")]
    public int ThrottleMbps { get; init; }

    [Description("Absent when the worker chooses.")]
    public int? CompressionThreads { get; init; }

    [Description("Absent when there is no limit.")]
    public int? MaxDurationMinutes { get; init; }

    public bool RunOnceAfterDowntime { get; init; }

    [Description("Shortened; absent without a monitor.")]
    public string? PingUrl { get; init; }

    public PingStyle? PingStyle { get; init; }

    [Description("Absent before the first.")]
    public PingResponse? LastPing { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required PolicyEnvironment Environment { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
