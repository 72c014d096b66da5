using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Pings;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// Adds, changes and removes policies: the same for pages and API. What they are attached to is the
/// business of <see cref="PolicyAttachments"/>.
/// </summary>
public sealed class PolicyEditor(AppDbContext db, AuditLog audit, PolicyChanges changes, PingTargets pings, TimeProvider time)
{
    /// <exception cref="InvalidInputException"/>
    public async Task<BackupPolicy> CreateAsync(PolicyInput input, CancellationToken cancellationToken)
    {
        var (name, terms) = await ReadAsync(input, cancellationToken);
        var policy = BackupPolicy.Create(name, terms, time.GetUtcNow());
        db.Add(policy);
        audit.Record(AuditActions.PolicyCreated, Target(policy), terms);
        await pings.ApplyAsync(input.Ping, policy.Id, Target(policy), cancellationToken);
        await SaveAsync(policy, cancellationToken);
        return policy;
    }

    /// <summary>Saves the terms; every attachment follows them from now on. Nothing is run for a time that is past.</summary>
    /// <param name="version">The row as the editor saw it.</param>
    /// <exception cref="InvalidInputException"/>
    /// <exception cref="ConflictException">Somebody else saved it in between.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task<BackupPolicy> UpdateAsync(Guid id, uint version, PolicyInput input, CancellationToken cancellationToken)
    {
        var policy = await FindAsync(id, cancellationToken);
        db.Entry(policy).Property(p => p.Version).OriginalValue = version;
        var (name, terms) = await ReadAsync(input, cancellationToken);
        if (policy.Update(name, terms, time.GetUtcNow()))
            await RescheduleAsync(id, cancellationToken);
        audit.Record(AuditActions.PolicyUpdated, Target(policy), terms);
        await pings.ApplyAsync(input.Ping, id, Target(policy), cancellationToken);
        await SaveAsync(policy, cancellationToken);
        return policy;
    }

    /// <exception cref="ConflictException">It is attached.</exception>
    /// <exception cref="NotFoundException"/>
    public async Task DeleteAsync(Guid id, CancellationToken cancellationToken)
    {
        var policy = await FindAsync(id, cancellationToken);
        var sources = await SourcesOf(id).ToListAsync(cancellationToken);
        if (sources.Count > 0)
            throw new ConflictException($"The policy is attached to {Names(sources)}. Detach it there first.");
        db.Remove(policy);
        audit.Record(AuditActions.PolicyDeleted, Target(policy));
        await SaveAsync(policy, cancellationToken);
    }

    /// <summary>For whoever deletes a destination: refuses while a policy writes to it.</summary>
    /// <exception cref="ConflictException">A policy uses it; the message names which.</exception>
    public async Task RequireUnusedAsync(Guid destinationId, CancellationToken cancellationToken)
    {
        var policies = await db.Set<BackupPolicy>()
            .Where(p => p.DestinationId == destinationId)
            .OrderBy(p => p.Name)
            .Select(p => p.Name)
            .ToListAsync(cancellationToken);
        if (policies.Count > 0)
            throw new ConflictException(
                $"The destination is used by {(policies.Count == 1 ? "the policy" : "the policies")} {Names(policies)}. "
                + "Choose another one there first.");
    }

    private async Task<(string Name, PolicyTerms Terms)> ReadAsync(PolicyInput input, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        var name = input.ReadName(problems);
        var terms = input.ReadTerms(problems);
        if (input.DestinationId is { } id && !await db.Set<StorageDestination>().AnyAsync(d => d.Id == id, cancellationToken))
            problems[nameof(PolicyInput.DestinationId)] = "There is no such destination. Choose another one.";
        return problems.Count == 0 ? (name, terms!) : throw new InvalidInputException(problems);
    }

    private async Task RescheduleAsync(Guid policyId, CancellationToken cancellationToken)
    {
        foreach (var attachment in await db.Set<PolicyAttachment>().Where(a => a.PolicyId == policyId).ToListAsync(cancellationToken))
            attachment.Reschedule(time.GetUtcNow());
    }

    private IQueryable<string> SourcesOf(Guid policyId) =>
        from attachment in db.Set<PolicyAttachment>()
        join source in db.Set<DataSource>() on attachment.DataSourceId equals source.Id
        where attachment.PolicyId == policyId
        orderby source.Name
        select source.Name;

    private async Task<BackupPolicy> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Set<BackupPolicy>().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) ?? throw new NotFoundException("policy");

    private async Task SaveAsync(BackupPolicy policy, CancellationToken cancellationToken)
    {
        await db.SaveNamedAsync(
            "policy", policy.Name, cancellationToken,
            e => new ConflictException(
                "Somebody else just attached this policy, or removed its destination. Load it again and repeat your change.",
                e));
        changes.Announce(policy.Id);
    }

    private static string Names(List<string> names) => names.Count switch
    {
        1 => $"'{names[0]}'",
        <= 4 => $"{string.Join(", ", names[..^1].Select(n => $"'{n}'"))} and '{names[^1]}'",
        _ => $"{string.Join(", ", names[..3].Select(n => $"'{n}'"))} and {names.Count - 3} more",
    };

    private static AuditTarget Target(BackupPolicy policy) => new("backup_policy", policy.Id, policy.Name);
}
