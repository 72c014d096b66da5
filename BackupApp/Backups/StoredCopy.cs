namespace BackupApp.Backups;

/// <summary>How far a copy has come.</summary>
public enum CopyState
{
    /// <summary>Its key is chosen; nothing was sent.</summary>
    Planned,

    /// <summary>Its upload is open: parts may be at the destination, and no object is.</summary>
    Uploading,

    /// <summary>Beyond the fence: the object may be there.</summary>
    Sealed,

    /// <summary>The object is there and belongs to a backup.</summary>
    Stored,
}

/// <summary>
/// One artifact at one destination. An artifact has one copy for now; its size, hash and form are
/// the same in every copy and so the artifact's own.
/// </summary>
public sealed class StoredCopy
{
    public Guid DestinationId { get; private set; }

    /// <summary>The destination's when the copy was planned; null where it is a folder.</summary>
    public string? Bucket { get; private set; }

    /// <summary>Without the destination's prefix.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Set while the upload is open.</summary>
    public string? UploadId { get; private set; }

    /// <summary>Null where the bucket keeps no versions, and before the object is stored.</summary>
    public string? VersionId { get; private set; }

    /// <summary>The fence: from here on the object may be there, with exactly the artifact's size and hash.</summary>
    public DateTimeOffset? SealedAt { get; private set; }

    /// <summary>The object is there and belongs to a backup.</summary>
    public DateTimeOffset? StoredAt { get; private set; }

    /// <summary>As its moments say, so that no state can contradict them.</summary>
    public CopyState State => this switch
    {
        { StoredAt: not null } => CopyState.Stored,
        { SealedAt: not null } => CopyState.Sealed,
        { UploadId: not null } => CopyState.Uploading,
        _ => CopyState.Planned,
    };

    /// <summary>Where people find it: its bucket and key, or the path below the folder.</summary>
    public string Place => Bucket is null ? Key : $"{Bucket}/{Key}";

    internal static StoredCopy Plan(Destinations.StorageDestination destination, string key) =>
        new() { DestinationId = destination.Id, Bucket = destination.Bucket, Key = key };
}
