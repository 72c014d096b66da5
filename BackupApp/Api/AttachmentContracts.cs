using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using BackupApp.Policies;

namespace BackupApp.Api;

public sealed class AttachPolicyRequest
{
    [JsonRequired]
    public Guid? PolicyId { get; init; }

    [JsonRequired]
    public bool? Enabled { get; init; }

    [Description("The highest is the default for run-now.")]
    [Range(0, PolicyAttachment.MaxPriority)]
    public int? Priority { get; init; }
}

public sealed class UpdateAttachmentRequest
{
    public bool? Enabled { get; init; }

    [Description("With `enabled: false`: when it is resumed by itself, at most 90 days from now. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    [Description("With `enabled: false`: why, in at most 200 characters.")]
    public string? PauseReason { get; init; }

    [Range(0, PolicyAttachment.MaxPriority)]
    public int? Priority { get; init; }
}

/// <param name="JitterSeconds">Always 0: runs start on the minute.</param>
/// <param name="IsDefault">Run-now takes it when no policy is named.</param>
/// <param name="NextRunAt">Absent while paused.</param>
public sealed record AttachmentResponse(
    Guid Id,
    bool IsEnabled,
    int Priority,
    int JitterSeconds,
    bool IsDefault,
    PolicyResponse BackupPolicy,
    AttachedDestination Destination,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextRunAt)
{
    [Description("While it is paused: since when.")]
    public DateTimeOffset? PausedAt { get; init; }

    [Description("While it is paused: when it is resumed by itself. Absent: when somebody does it.")]
    public DateTimeOffset? PausedUntil { get; init; }

    public string? PauseReason { get; init; }
}

public sealed record AttachedDestination(Guid Id, Guid OrganizationId, string Name, bool IsManaged);
