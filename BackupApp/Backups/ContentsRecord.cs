using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Engines;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Runs;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Backups;

/// <summary>
/// Keeps what was read of artifacts. A backup is as good without it: what goes wrong here is logged, and "not read" to everybody else.
/// </summary>
public sealed partial class ContentsRecord(ConditionalChanges changes, ILogger<ContentsRecord> logger)
{
    private const string Vanished = "Its worker vanished before what it had read was recorded.";

    /// <summary>Keeps a stored artifact's contents, finds what somebody should look at, and lets go of what is kept no longer.</summary>
    /// <param name="traits">Which know the versions of extensions.</param>
    /// <returns>The file to lie beside the object; null where nothing was read, or nothing could be kept.</returns>
    public async Task<byte[]?> KeepAsync(
        ClaimedJob job, BackupArtifact artifact, DatabaseTraits? traits, ArchiveReading reading, CancellationToken cancellationToken)
    {
        try
        {
            var place = Place(job, artifact);
            if (reading is not ArchiveReading.Whole { Inventory: var read })
            {
                var damage = reading is ArchiveReading.Damaged damaged ? ArchiveJudgement.Warning(damaged) : null;
                await KeepAsync(job, KeptInventory.Unread(place, Reason(reading)), null, cancellationToken, damage);
                return null;
            }

            var full = KeptTables.Sorted(WithVersions(read, traits));
            var (file, hash) = InventoryFile.Of(full);
            var kept = KeptTables.Of(full);
            await KeepAsync(job, KeptInventory.Read(place, full, kept, hash), kept, cancellationToken);
            return file;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogNotKept(e, job.Id);
            return null;
        }
    }

    /// <summary>Of a healed artifact: what its worker had read is lost with it, unless it was kept before.</summary>
    public async Task KeepVanishedAsync(ClaimedJob job, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        try
        {
            await KeepAsync(job, KeptInventory.Unread(Place(job, artifact), Vanished), null, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            LogNotKept(e, job.Id);
        }
    }

    private Task<bool> KeepAsync(
        ClaimedJob job, KeptInventory row, KeptTables? kept, CancellationToken cancellationToken, FoundWarning? damage = null)
    {
        return changes.TryAsync(KeepAsync, Kept, cancellationToken);

        async Task<bool> KeepAsync(AppDbContext db, AuditLog _)
        {
            if (!await db.Held<BackupJob>(job.Held).HoldAsync(cancellationToken) || await Kept(db))
                return false;
            await db.KeepAsync(row, kept, cancellationToken);
            if (kept is not null)
                await db.WarnAsync(row, kept, cancellationToken);
            if (damage is not null)
                await db.WarnAsync(row, damage, cancellationToken);
            await KeptRuns.PruneAsync(db, row.DataSourceId, cancellationToken);
            return true;
        }

        Task<bool> Kept(AppDbContext db) => db.Set<KeptInventory>().AnyAsync(i => i.ArtifactId == row.ArtifactId, cancellationToken);
    }

    private static InventoryPlace Place(ClaimedJob job, BackupArtifact artifact) =>
        new(artifact.Id, job.Id, job.Source.Id, PartOf(artifact), job.Job.StartedAt ?? job.Job.CreatedAt);

    /// <summary>What is compared from run to run; see <see cref="KeptInventory.Part"/>.</summary>
    public static string PartOf(BackupArtifact artifact) => $"{artifact.Kind.ToSnakeCase()}/{artifact.Database}";

    private static string Reason(ArchiveReading reading) => reading switch
    {
        ArchiveReading.NotRead notRead => notRead.Reason,
        ArchiveReading.Damaged damaged => ShellWord.Show($"{damaged.What.TrimEnd('.')}, {damaged.Where}."),
        _ => throw new ArgumentOutOfRangeException(nameof(reading)),
    };

    // pg_dump writes extensions without their versions.
    private static Inventory WithVersions(Inventory read, DatabaseTraits? traits)
    {
        var versions = traits?.Extensions.DistinctBy(e => e.Name).ToDictionary(e => e.Name, e => e.Version) ?? [];
        var known = read.Extensions.Select(e => e with { Version = e.Version ?? versions.GetValueOrDefault(e.Name) });
        return read with { Extensions = [.. known] };
    }

    [LoggerMessage(LogLevel.Error, "What job {JobId} holds could not be recorded; its backup is none the worse")]
    private partial void LogNotKept(Exception exception, Guid jobId);
}
