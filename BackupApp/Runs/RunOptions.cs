using System.ComponentModel.DataAnnotations;

namespace BackupApp.Runs;

/// <summary>Section <c>BackupApp:Backups</c>: how a run shows that it is alive, and when it is taken for lost.</summary>
public sealed class RunOptions
{
    /// <summary>How often a run shows that it is alive, writes its progress and learns of a cancel request.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:30")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>A run that showed no sign of life for this long is taken over by the reaper.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Seconds between two rounds of the reaper.</summary>
    [Range(1, 59)]
    public int ReaperInterval { get; set; } = 30;

    /// <summary>A queued run whose message is missing for this long is sent again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan LostMessageTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
