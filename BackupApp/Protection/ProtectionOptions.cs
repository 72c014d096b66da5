using System.ComponentModel.DataAnnotations;

namespace BackupApp.Protection;

/// <summary>Section <c>BackupApp:Protection</c>.</summary>
public sealed class ProtectionOptions
{
    /// <summary>How often the watch looks. A trouble is found within this, and told a minute later, together with others.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(30);
}
