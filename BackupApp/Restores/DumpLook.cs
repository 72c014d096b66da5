using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Restores;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>
/// Looks into a stored dump for what picking from it means, before anything is restored. Only its beginning is read.
/// </summary>
public sealed class DumpLook(AppDbContext db, ObjectStores stores, EngineCatalog engines)
{
    /// <summary>Nothing where everything is restored.</summary>
    public async Task<IReadOnlyList<TargetCheck>> RunAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        if (plan.Selection.IsEverything || plan.Artifact.Kind == ArtifactKind.Globals)
            return [];
        var destination = await db.Set<StorageDestination>().AsNoTracking()
            .SingleOrDefaultAsync(d => d.Id == plan.Artifact.Copy.DestinationId, cancellationToken);
        if (destination is null)
            return [];
        try
        {
            var dump = await DumpReader.OpenAsync(stores, destination, plan.Artifact, cancellationToken);
            try
            {
                return await engines.Of(plan.Source.Engine).Restore.LookAsync(dump, plan.Selection, cancellationToken);
            }
            finally
            {
                await dump.ReleaseAsync();
            }
        }
        catch (DumpReadException e)
        {
            return [new(e.FailureCode, CheckState.Bad, e.Message, "Look at the destination, or choose another backup.")];
        }
        catch (InvalidDataException e)
        {
            return [new("archive_unreadable", CheckState.Bad, $"The backup cannot be read: {e.Message}", "Choose another backup.")];
        }
    }
}
