using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.DataSources;

/// <summary>
/// Hangfire's entry to the daily look whether sources could be restored: somebody may have taken a right away, and nobody has tested
/// the connection since.
/// </summary>
public sealed partial class ReadinessWorker(AppDbContext db, RestorePreparation restores, ILogger<ReadinessWorker> logger)
{
    public const string Id = "ready-to-restore";

    /// <summary>The daily round.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var active = await db.Set<DataSource>().Where(s => s.IsActive).Select(s => s.Id).ToListAsync(cancellationToken);
        foreach (var id in active)
            await LookAsync(id, cancellationToken);
    }

    public async Task LookAsync(Guid id, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        if (await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) is not { HasCredentials: true } source)
            return;
        await restores.LookAsync(source, cancellationToken);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException e)
        {
            // Whoever saved it in between has looked, too.
            LogSkipped(e, id);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The data source {Id} was saved by somebody while it was looked at")]
    private partial void LogSkipped(Exception exception, Guid id);
}
