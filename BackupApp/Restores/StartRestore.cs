using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Restores;

/// <summary>Makes a restore job, which holds its backup from then on, and hands it to the workers.</summary>
public sealed class StartRestore(
    AppDbContext db, AuditLog audit, CurrentActor actor, RestorePlans plans, RestoreQueue queue, BackupQueue backups, SecretBox secrets)
{
    /// <returns>The job's id; the job is queued.</returns>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">There is nothing (any more) to restore.</exception>
    public async Task<Guid> RunAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        var plan = await plans.ReadAsync(input, cancellationToken);
        await RequireMeantAsync(plan, input, cancellationToken);
        RestoreJob job;
        await using (var transaction = await db.Database.BeginTransactionAsync(cancellationToken))
        {
            job = await AddAsync(plan, cancellationToken);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        if (job.SafetyJobId is { } safety)
            await backups.SendAsync(safety, BackupTrigger.Manual);
        await queue.SendAsync(job);
        return job.Id;
    }

    /// <summary>Adds the job, and holds its backup, within the caller's transaction.</summary>
    /// <param name="batch">And its turn in it; null for one alone.</param>
    /// <exception cref="ConflictException">The backup was deleted meanwhile.</exception>
    internal async Task<RestoreJob> AddAsync(
        RestorePlan plan, CancellationToken cancellationToken, (Guid Id, int Position)? batch = null)
    {
        await BackupHold.LockAsync(db, plan.Backup.Id, cancellationToken);
        if (!await RestorePlans.Restorable(db.Set<BackupJob>()).AnyAsync(j => j.Id == plan.Backup.Id, cancellationToken))
            throw new ConflictException("This backup was deleted: there is nothing to restore.");
        var job = RestoreJob.Queue(plan, RestoreTrigger.Manual, secrets, actor.Value.Id, actor.Value.Name);
        if (batch is { } place)
            job.InBatch(place.Id, place.Position);
        if (plan.TakesSafety)
            job.After(await backups.AddSafetyAsync(plan.Source, await DestinationAsync(plan, cancellationToken), cancellationToken));
        db.Add(job);
        audit.Record(AuditActions.RestoreCreated, job.ToAuditTarget(), Metadata(plan, job));
        return job;
    }

    /// <summary>The data source that has its database there, other than the one whose backup this is; null for none.</summary>
    public static async Task<DataSource?> FindOwnerAsync(AppDbContext db, RestorePlan plan, CancellationToken cancellationToken)
    {
        var there = await db.Set<DataSource>().AsNoTracking()
            .Where(s => s.Engine == plan.Source.Engine && s.Host == plan.Target.Host && s.Port == plan.Target.Port)
            .ToListAsync(cancellationToken);
        return there.Find(s => s.Database == plan.Database && s.Selection.Scope == Engines.SourceScope.Database);
    }

    // Where the backup lies: it is there, and was found to hold one of this database.
    private Task<StorageDestination> DestinationAsync(RestorePlan plan, CancellationToken cancellationToken) =>
        db.Set<StorageDestination>().SingleAsync(d => d.Id == plan.Artifact.Copy.DestinationId, cancellationToken);

    // Whatever stands in the place of something that is in use is typed by the person who means it.
    private async Task RequireMeantAsync(RestorePlan plan, RestoreInput input, CancellationToken cancellationToken)
    {
        if (plan.Mode == RestoreMode.Overwrite && !input.ConfirmOverwrite && input.Confirmation != plan.Database)
            throw new InvalidInputException(nameof(input.Confirmation), $"Type the name of the database that is replaced: {plan.Database}");
        if (plan is { Mode: RestoreMode.NewServer, IsWholeServer: false } && input.Confirmation != plan.Database && await FindOwnerAsync(
            db, plan, cancellationToken) is { } owner)
        {
            throw new InvalidInputException(
                nameof(input.Confirmation),
                    $"This is the database of the data source {owner.Name}. Type its name to restore into it: {plan.Database}");
        }
    }

    private static object Metadata(RestorePlan plan, RestoreJob job) => new
    {
        mode = plan.Mode.ToSnakeCase(),
        sourceBackupId = plan.Backup.Id,
        artifactId = plan.Artifact.Id,
        target = plan.TargetRef,
        targetDatabase = plan.Database,
        login = plan.Login.ToSnakeCase(),
        parts = plan.Parts.Count,
        tables = plan.Selection.Tables.Count,
        schemas = plan.Selection.Schemas.Count,
        plan.GoOnPastErrors,
        batch = job.BatchId,
        safetyBackupId = job.SafetyJobId,
    };
}
