using BackupApp.Engines.Restores;

namespace BackupApp.DataSources;

/// <summary>A source's standing line: whether it could be restored, as it is remembered. See <see cref="RestoreReadiness"/>.</summary>
public sealed class ReadinessRecord
{
    public DateTimeOffset CheckedAt { get; init; }

    /// <summary>Since when it is in this state, as far as anybody looked.</summary>
    public DateTimeOffset Since { get; init; }

    public ReadyState State { get; init; }

    public string? Reason { get; init; }

    public string? ToDo { get; init; }

    public string? Fix { get; init; }

    /// <summary>It was the source's restore login that was looked at, and not its own.</summary>
    public bool UsesRestoreLogin { get; init; }

    /// <summary>The line itself: <c>Not ready: grant CREATEDB, or add a restore login.</c></summary>
    public string Sentence => State switch
    {
        ReadyState.Ready => "Ready",
        ReadyState.NotReady => $"Not ready: {ToDo}{(UsesRestoreLogin ? "" : ", or add a restore login")}.",
        ReadyState.Standby => "Not here: the server is a standby.",
        _ => "Not known",
    };

    /// <param name="before">What was known until now; null for nothing.</param>
    public static ReadinessRecord From(RestoreReadiness found, bool usesRestoreLogin, ReadinessRecord? before, DateTimeOffset now) => new()
    {
        CheckedAt = now,
        Since = before is not null && before.State == found.State ? before.Since : now,
        State = found.State,
        Reason = found.Reason,
        ToDo = found.ToDo,
        Fix = found.Fix,
        UsesRestoreLogin = usesRestoreLogin,
    };
}
