using BackupApp.Backups;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>A manual backup where nobody says how: by the source's first enabled policy, else to the server's own storage.</summary>
public sealed class RunByDefault(AppDbContext db, RunPolicyNow byPolicy, RunNow toStorage)
{
    /// <returns>The job's id.</returns>
    /// <exception cref="Errors.NotFoundException"/>
    /// <exception cref="Errors.ConflictException">The source is paused, or too many backups of it wait.</exception>
    public async Task<Guid> RunAsync(Guid dataSourceId, CancellationToken cancellationToken) =>
        await db.Set<PolicyAttachment>().AnyAsync(a => a.DataSourceId == dataSourceId && a.IsEnabled, cancellationToken)
            ? await byPolicy.RunAsync(dataSourceId, null, cancellationToken)
            : await toStorage.RunAsync(dataSourceId, null, cancellationToken);
}
