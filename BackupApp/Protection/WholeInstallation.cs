using BackupApp.Data;
using BackupApp.Pings;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Protection;

/// <summary>What the installation's ping says: somebody looks, and no promise is broken that anybody waits for.</summary>
public sealed class WholeInstallation(AppDbContext db, ProtectionReader reader, TimeProvider time) : IInstallationState
{
    // Named; the others are counted.
    private const int Most = 3;

    public async Task<InstallationState> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var beat = await db.Set<WatchBeat>().AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        return Of(await reader.AllAsync(cancellationToken), beat, now);
    }

    /// <param name="beat">Of the watch; null where it never looked.</param>
    internal static InstallationState Of(IReadOnlyList<ProtectedSource> sources, WatchBeat? beat, DateTimeOffset now)
    {
        if (beat?.IsFresh(now) != true)
            return new(false, beat is null ? "Nobody has looked yet" : $"Nobody has looked since {Ages.Moment(beat.At)}");
        // What is paused is counted, and silent; of what is new the first run is waited for.
        var broken = sources.Where(s => !s.State.Holds && Trouble.Of(s).FirstOrDefault() is { IsSilent: false }).ToList();
        if (broken.Count == 0)
            return new(true, sources.Count == 1 ? "The promise of 1 data source holds" : $"{sources.Count} data sources are watched");
        var names = broken.Take(Most).Select(s => $"{s.Name} is {s.State.Word.ToSnakeCase()}");
        var more = broken.Count > Most ? $" and {broken.Count - Most} more" : "";
        return new(false, $"{broken.Count} of {sources.Count} data sources: {string.Join(", ", names)}{more}");
    }
}
