using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>Puts policies to work on data sources: the same for pages and API.</summary>
public sealed class PolicyAttachments(AppDbContext db, AuditLog audit, TimeProvider time)
{
    /// <summary>Attaches a policy. Its first run is the next occurrence from now.</summary>
    /// <exception cref="ConflictException">It is attached already.</exception>
    /// <exception cref="InvalidInputException">The priority is out of range.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<PolicyAttachment> AttachAsync(
        Guid dataSourceId, Guid policyId, bool enabled, int priority, CancellationToken cancellationToken)
    {
        CheckPriority(priority);
        var source = await SourceAsync(dataSourceId, cancellationToken);
        var policy = await PolicyAsync(policyId, cancellationToken);
        var attachment = PolicyAttachment.Create(policy, source, enabled, priority, time.GetUtcNow());
        db.Add(attachment);
        audit.Record(AuditActions.PolicyAttached, Target(policy), new { dataSourceId, dataSource = source.Name, enabled, priority });
        await SaveAsync($"The policy '{policy.Name}' is attached to '{source.Name}' already.", cancellationToken);
        return attachment;
    }

    /// <summary>Ends an attachment. The backups that it made stay until somebody deletes them.</summary>
    /// <exception cref="NotFoundException"/>
    public Task DetachAsync(Guid dataSourceId, Guid policyId, CancellationToken cancellationToken) =>
        ChangeAsync(dataSourceId, policyId, AuditActions.PolicyDetached, attachment => db.Remove(attachment), cancellationToken);

    /// <summary>
    /// Switches the schedule of this attachment off: its running backup finishes, a queued one is canceled. Retention goes on. One
    /// that is paused already gets the new terms.
    /// </summary>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="NotFoundException"/>
    public async Task PauseAsync(Guid dataSourceId, Guid policyId, PauseTerms terms, CancellationToken cancellationToken)
    {
        var given = terms.Checked(time.GetUtcNow());
        await using var own = await db.BeginUnlessBegunAsync(cancellationToken);
        await ChangeAsync(
            dataSourceId,
            policyId,
            AuditActions.PolicyPaused,
            attachment => attachment.Pause(given, time.GetUtcNow()),
            cancellationToken,
            unless: attachment => !attachment.IsEnabled && (attachment.PausedUntil, attachment.PauseReason) == (given.Until, given.Why));
        await CancelBackup.CancelQueuedAsync(
            db,
            audit,
            j => j.DataSourceId == dataSourceId && j.PolicyId == policyId && j.Trigger == BackupTrigger.Schedule,
            CancelReason.Paused,
            cancellationToken);
        await own.CommitOwnAsync(cancellationToken);
    }

    /// <summary>Switches it on again. What came due in between is not made up for.</summary>
    /// <exception cref="NotFoundException"/>
    public Task ResumeAsync(Guid dataSourceId, Guid policyId, CancellationToken cancellationToken) =>
        ChangeAsync(
            dataSourceId,
            policyId,
            AuditActions.PolicyResumed,
            attachment => attachment.Resume(time.GetUtcNow()),
            cancellationToken,
            unless: attachment => attachment.IsEnabled);

    /// <exception cref="InvalidInputException">The priority is out of range.</exception>
    /// <exception cref="NotFoundException"/>
    public Task SetPriorityAsync(Guid dataSourceId, Guid policyId, int priority, CancellationToken cancellationToken)
    {
        CheckPriority(priority);
        return ChangeAsync(
            dataSourceId,
            policyId,
            AuditActions.PolicyUpdated,
            attachment => attachment.SetPriority(priority),
            cancellationToken,
            unless: attachment => attachment.Priority == priority);
    }

    /// <exception cref="NotFoundException">The policy is not attached to this source.</exception>
    public async Task RequireAsync(Guid dataSourceId, Guid policyId, CancellationToken cancellationToken)
    {
        if (!await db.Set<PolicyAttachment>().AnyAsync(a => a.DataSourceId == dataSourceId && a.PolicyId == policyId, cancellationToken))
            throw new NotFoundException("policy on this data source");
    }

    /// <summary>Gives it the highest priority of its data source: "default for Run now".</summary>
    /// <exception cref="NotFoundException"/>
    public async Task MakeDefaultAsync(Guid dataSourceId, Guid policyId, CancellationToken cancellationToken)
    {
        var highest = await db.Set<PolicyAttachment>()
            .Where(a => a.DataSourceId == dataSourceId && a.PolicyId != policyId)
            .MaxAsync(a => (int?)a.Priority, cancellationToken);
        await ChangeAsync(
            dataSourceId, policyId, AuditActions.PolicyUpdated, attachment => attachment.SetPriority(highest!.Value + 1), cancellationToken,
            unless: attachment => highest is null || attachment.Priority > highest);
    }

    /// <summary>A source's policies, the one for "Run now" first.</summary>
    public async Task<IReadOnlyList<AttachedPolicy>> OfSourceAsync(Guid dataSourceId, CancellationToken cancellationToken)
    {
        var rows = await (
            from attachment in db.Set<PolicyAttachment>().AsNoTracking()
            join policy in db.Set<BackupPolicy>() on attachment.PolicyId equals policy.Id
            join destination in db.Set<StorageDestination>() on policy.DestinationId equals destination.Id into destinations
            from destination in destinations.DefaultIfEmpty()
            where attachment.DataSourceId == dataSourceId
            orderby attachment.Priority descending, attachment.CreatedAt, attachment.Id
            select new { attachment, policy, DestinationName = (string?)destination.Name }).ToListAsync(cancellationToken);
        var preferred = rows.Find(r => r.attachment.IsEnabled)?.attachment.Id;
        return
        [
            .. rows.Select(r => new AttachedPolicy(
                r.attachment,
                r.policy,
                r.DestinationName,
                r.attachment.Id == preferred,
                NextRun(r.attachment, r.policy))),
        ];
    }

    /// <summary>The policies that a source could have and has not.</summary>
    public async Task<IReadOnlyList<OfferedPolicy>> OfferedToAsync(Guid dataSourceId, CancellationToken cancellationToken) =>
        await db.Set<BackupPolicy>()
            .Where(p => !db.Set<PolicyAttachment>().Any(a => a.PolicyId == p.Id && a.DataSourceId == dataSourceId))
            .OrderBy(p => p.NameKey)
            .Select(p => new OfferedPolicy(p.Id, p.Name))
            .ToListAsync(cancellationToken);

    private DateTimeOffset? NextRun(PolicyAttachment attachment, BackupPolicy policy) =>
        attachment.IsEnabled
        && CronSchedule.Read(policy.Cron, policy.TimeZone, out _)?.NextOccurrences(time.GetUtcNow(), 1) is [var next, ..]
            ? next
            : null;

    private async Task ChangeAsync(
        Guid dataSourceId,
        Guid policyId,
        string action,
        Action<PolicyAttachment> change,
        CancellationToken cancellationToken,
        Predicate<PolicyAttachment>? unless = null)
    {
        var source = await SourceAsync(dataSourceId, cancellationToken);
        var policy = await PolicyAsync(policyId, cancellationToken);
        var attachment = await db.Set<PolicyAttachment>()
                .SingleOrDefaultAsync(a => a.DataSourceId == dataSourceId && a.PolicyId == policyId, cancellationToken)
            ?? throw new NotFoundException("policy on this data source");
        if (unless?.Invoke(attachment) == true)
            return;
        change(attachment);
        audit.Record(
            action,
            Target(policy),
            new
            {
                dataSourceId,
                dataSource = source.Name,
                enabled = attachment.IsEnabled,
                priority = attachment.Priority,
                until = attachment.PausedUntil,
                why = attachment.PauseReason,
            });
        await SaveAsync("Somebody else changed this at the same moment. Load the page again.", cancellationToken);
    }

    private async Task<DataSource> SourceAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<DataSource>().SingleOrDefaultAsync(s => s.Id == id, cancellationToken) ?? throw new NotFoundException("data source");

    private async Task<BackupPolicy> PolicyAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<BackupPolicy>().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) ?? throw new NotFoundException("policy");

    private static void CheckPriority(int priority)
    {
        if (priority is < 0 or > PolicyAttachment.MaxPriority)
            throw new InvalidInputException("Priority", $"The priority is a number from 0 to {PolicyAttachment.MaxPriority}.");
    }

    private Task SaveAsync(string conflict, CancellationToken cancellationToken) => db.SaveAsync(
        "attachment", e => new ConflictException(conflict, e), cancellationToken, _ => new NotFoundException("policy"));

    private static AuditTarget Target(BackupPolicy policy) => new("backup_policy", policy.Id, policy.Name);
}

/// <summary>A policy as it works on one data source.</summary>
/// <param name="DestinationName">Null when the destination is deleted.</param>
/// <param name="IsDefault">Whether "Run now" takes it when nothing is chosen.</param>
/// <param name="NextRun">On the clock of the policy's zone; null while paused.</param>
public sealed record AttachedPolicy(
    PolicyAttachment Attachment,
    BackupPolicy Policy,
    string? DestinationName,
    bool IsDefault,
    DateTimeOffset? NextRun);

/// <summary>A policy that can be attached.</summary>
public sealed record OfferedPolicy(Guid Id, string Name);
