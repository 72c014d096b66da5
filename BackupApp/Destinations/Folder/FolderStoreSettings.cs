namespace BackupApp.Destinations.Folder;

/// <param name="Root">Absolute path of the folder; it is created when missing.</param>
/// <param name="Reserve">What must stay free.</param>
/// <param name="MountNote">A file elsewhere that remembers on which file system the folder lies; null for none.</param>
public sealed record FolderStoreSettings(string Root, FreeSpaceReserve Reserve, string? MountNote = null)
{
    public FolderStoreSettings(string root, string? mountNote = null)
        : this(root, FreeSpaceReserve.Default, mountNote)
    {
    }

    /// <summary>What is mounted where, as Linux tells it.</summary>
    public string MountTable { get; init; } = "/proc/self/mountinfo";
}

/// <summary>The part of a file system that backups leave alone, so that they never bring down what else lives on it.</summary>
/// <param name="Bytes">At least this much.</param>
/// <param name="Share">And at least this part of the whole, 0–1.</param>
public sealed record FreeSpaceReserve(long Bytes, double Share)
{
    public static readonly FreeSpaceReserve Default = new(1L << 30, 0.05);

    /// <exception cref="StoreException">
    /// <see cref="StoreError.InsufficientSpace"/> when writing <paramref name="next"/> more bytes would touch the reserve.
    /// </exception>
    public void Check(string folder, long next)
    {
        var drive = new DriveInfo(folder);
        var kept = Math.Max(Bytes, (long)(drive.TotalSize * Share));
        var free = drive.AvailableFreeSpace;
        if (free - next < kept)
            throw new StoreException(StoreError.InsufficientSpace,
                $"Only {free >> 20} MiB are free in {folder} and {kept >> 20} MiB must stay free: "
                + "make room or choose another destination.");
    }
}
