using System.ComponentModel;
using BackupApp.Protection;

namespace BackupApp.Api;

/// <summary>How well a data source is protected, as it is at this moment.</summary>
public sealed record ProtectionResponse
{
    public required ProtectionWord State { get; init; }

    [Description("It is switched off. Past its promise its state is `overdue`, and nobody is told.")]
    public required bool Paused { get; init; }

    [Description("In sentences.")]
    public required string Reason { get; init; }

    [Description("Since when the state holds.")]
    public required DateTimeOffset Since { get; init; }

    [Description("The one thing to do.")]
    public required ProtectionAction Action { get; init; }

    [Description("What the action is about: a job, a policy or a destination. Absent where it is the data source itself.")]
    public Guid? ActionTargetId { get; init; }

    public required PromiseResponse Promise { get; init; }

    [Description("When the dump of the newest good backup began. Of a whole server that of the database that is worst off.")]
    public DateTimeOffset? NewestGoodAt { get; init; }

    public long? NewestGoodSizeBytes { get; init; }

    [Description("Of a whole server, worst first.")]
    public IReadOnlyList<DatabaseProtectionResponse>? Databases { get; init; }

    public static ProtectionResponse Of(ProtectionState state) => new()
    {
        State = state.Word,
        Paused = state.IsPaused,
        Reason = state.Reason,
        Since = state.Since,
        Action = state.Action,
        ActionTargetId = state.TargetId,
        Promise = PromiseResponse.Of(state.Promise),
        NewestGoodAt = state.NewestGood?.StartedAt,
        NewestGoodSizeBytes = state.NewestGood?.Bytes,
        Databases = state.Databases.Count == 0
            ? null
            : [.. state.Databases.Select(d => new DatabaseProtectionResponse(d.Name, d.Word, d.Reason, d.Since, d.NewestGood?.StartedAt))],
    };
}

/// <param name="Name">As the server writes it.</param>
public sealed record DatabaseProtectionResponse(
    string Name, ProtectionWord State, string Reason, DateTimeOffset Since, DateTimeOffset? NewestGoodAt);

public sealed record PromiseResponse
{
    [Description("`schedule`: that of the policy that runs most often; `hand`: a maximum age; `kept`: that of a schedule that is gone.")]
    public required PromiseOrigin Origin { get; init; }

    [Description("In words.")]
    public required string Sentence { get; init; }

    public string? PolicyName { get; init; }

    [Description("When the next backup should begin.")]
    public DateTimeOffset? DueAt { get; init; }

    [Description("From here on the data source is overdue, unless there is a newer good backup.")]
    public DateTimeOffset? BreaksAt { get; init; }

    [Description("The age that the newest good backup has then.")]
    public long? MaxAgeSeconds { get; init; }

    public static PromiseResponse Of(Promise promise) => new()
    {
        Origin = promise.Origin,
        Sentence = promise.Sentence,
        PolicyName = promise.Policy,
        DueAt = promise.DueAt,
        BreaksAt = promise.BreaksAt,
        MaxAgeSeconds = (long?)promise.MaxAge?.TotalSeconds,
    };
}
