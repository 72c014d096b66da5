using BackupApp.Data;

namespace BackupApp.Protection;

/// <summary>The disk of BackupApp's own data fills up.</summary>
public sealed class DiskTroubles(DataDirectory data) : ITroubleFinder
{
    // Below it PostgreSQL begins to refuse writes, sooner or later.
    private const double LeastFree = 0.05;
    private const long LeastBytes = 1L << 30;

    /// <summary>Free and all bytes of the disk that a path is on. For tests, which fill none.</summary>
    internal Func<string, (long Free, long All)> Look { get; init; } = path =>
    {
        var drive = new DriveInfo(path);
        return (drive.AvailableFreeSpace, drive.TotalSize);
    };

    public bool Finds(Incident incident) => incident.Kind == IncidentKind.DiskLow;

    public Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Trouble>>(Reason() is { } reason ? [OwnTroubles.Of(IncidentKind.DiskLow, reason)] : []);

    private string? Reason()
    {
        try
        {
            var (free, all) = Look(data.Path);
            return free >= Math.Max(LeastBytes, all * LeastFree)
                ? null
                : $"Only {free >> 20} MiB are free where BackupApp keeps its own data. Make room.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "The disk on which BackupApp keeps its own data cannot be read. See that it is mounted, and that it is healthy.";
        }
    }
}
