using BackupApp.DataSources;
using BackupApp.Engines;

namespace BackupApp.Protection;

/// <summary>A data source with its state.</summary>
/// <param name="At">When it was reckoned.</param>
public sealed record ProtectedSource(
    Guid Id, string Name, DataSourceEnvironment Environment, bool IsActive, SourceFacts Facts, ProtectionState State, DateTimeOffset At)
{
    /// <summary>Its own and its policies', as <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What it stands for, and what its policies are meant for.</summary>
    public IReadOnlyList<DataSourceEnvironment> Environments { get; init; } = [Environment];

    public Engine Engine { get; init; }

    /// <summary>Host and port, as entered.</summary>
    public string Server { get; init; } = "";

    /// <summary>As entered; of a whole server the one to log in to.</summary>
    public string Database { get; init; } = "";

    /// <summary>When a backup runs next by itself; null when none does.</summary>
    public DateTimeOffset? NextRun => !IsActive
        ? null
        : Facts.Schedules.Where(s => s.IsEnabled).Select(
            s => s.Schedule?.NextOccurrences(At, 1) is [var next, ..] ? next : (DateTimeOffset?)null).Min();
}
