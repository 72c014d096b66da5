using System.ComponentModel;
using BackupApp.DataSources;
using BackupApp.Engines.Restores;

namespace BackupApp.Api;

/// <summary>Whether a data source could be restored beside itself and in its place, with the login that would do it.</summary>
public sealed record RestoreReadinessResponse
{
    [Description("`standby`: the server only follows another; nothing can be restored there. `unknown`: it could not be asked.")]
    public required ReadyState State { get; init; }

    [Description("What is in the way and what to do, in sentences. Absent when ready.")]
    public string? Reason { get; init; }

    [Description("What to run on the server, ready to copy.")]
    public string? Fix { get; init; }

    [Description("The restore login was looked at, and not the data source's own.")]
    public required bool UsesRestoreLogin { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    internal static RestoreReadinessResponse? Of(ReadinessRecord? record) => record is null ? null : new()
    {
        State = record.State,
        Reason = record.State == ReadyState.Ready ? null : $"{record.Sentence} {record.Reason}".TrimEnd(),
        Fix = record.Fix,
        UsesRestoreLogin = record.UsesRestoreLogin,
        CheckedAt = record.CheckedAt,
    };
}
