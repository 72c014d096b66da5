using System.ComponentModel.DataAnnotations;

namespace BackupApp.Restores;

/// <summary>Section <c>BackupApp:Restores</c>.</summary>
public sealed class RestoreOptions
{
    /// <summary>
    /// Hangfire's queue of restores, with threads of its own: whoever needs a database back must not wait for the night's dumps.
    /// </summary>
    public const string Queue = "restores";

    /// <summary>Restores that one process runs at once.</summary>
    [Range(1, 16)]
    public int MaxConcurrentJobs { get; set; } = 2;

    /// <summary>The lowest role that may put a backup in the place of a source's own database.</summary>
    [EnumDataType(typeof(OverwriteRole))]
    public OverwriteRole OverwriteRole { get; set; } = OverwriteRole.Operator;

    /// <summary>How long an old database stays behind an overwrite before people are reminded that it takes space.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan RemindAfter { get; set; } = TimeSpan.FromDays(7);
}

/// <summary>Who may overwrite. There is nobody below an Operator who may restore at all.</summary>
public enum OverwriteRole
{
    Operator,
    Administrator,
}
