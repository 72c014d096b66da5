using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// A source, its policy and its first run in one transaction: all of them, or nothing where something is wrong. A connection that does
/// not work yet is saved like any other, and nothing is run before somebody has mended it.
/// </summary>
public sealed class StartProtection(
    AppDbContext db,
    DataSourceEditor sources,
    NewConnections connections,
    EngineCatalog engines,
    PolicyEditor policies,
    PolicyChanges changes,
    PolicyAttachments attachments,
    ProtectDatabase names,
    RunPolicyNow runs,
    BackupQueue queue)
{
    /// <param name="source">Without a name it is called after its database.</param>
    /// <param name="runsNow">Whether a first backup is queued.</param>
    /// <exception cref="InvalidInputException">Names all that is wrong: fields of the source, and of the terms.</exception>
    public async Task<StartedProtection> RunAsync(
        DataSourceInput source, ProtectTerms terms, bool runsNow, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear(); // of somebody's attempt before, in the same list
        var policy = await CheckAsync(source, terms, cancellationToken);
        try
        {
            return await SaveAsync(source, terms.PolicyId, policy, runsNow, cancellationToken);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException(ProtectTerms.Rename(e.Problems));
        }
    }

    private async Task<PolicyInput> CheckAsync(DataSourceInput source, ProtectTerms terms, CancellationToken cancellationToken)
    {
        var problems = new Dictionary<string, string>();
        terms.Apply(source, problems);
        var isUnnamed = string.IsNullOrWhiteSpace(source.Name);
        if (isUnnamed && connections.ReadOrNull(source) is { } connection)
            source.Name = SourceNames.Suggest(connection, source.Selection.Scope, await TakenAsync(cancellationToken));
        var policy = terms.PolicyId is null ? terms.ToPolicy(problems) : new PolicyInput();
        names.Validate(source, policy, problems);
        engines.Of(source.Engine).Form.ReadSelection(source.Selection, problems);
        if (isUnnamed)
            problems.Remove(nameof(DataSourceInput.Name)); // the connection has a fault of its own, and would have named it
        if (terms.PolicyId is { } id && !await db.Set<BackupPolicy>().AnyAsync(p => p.Id == id, cancellationToken))
            problems[nameof(ProtectTerms.PolicyId)] = "There is no such policy any more. Choose another one.";
        return problems.Count == 0 ? policy : throw new InvalidInputException(ProtectTerms.Rename(problems));
    }

    private async Task<StartedProtection> SaveAsync(
        DataSourceInput source, Guid? policyId, PolicyInput policy, bool runsNow, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var saved = await sources.CreateAsync(source, cancellationToken);
        if (policyId is null)
        {
            policy.Name = await names.FreeNameAsync(policy.Name!, cancellationToken);
            policyId = (await policies.CreateAsync(policy, cancellationToken)).Id;
        }

        await attachments.AttachAsync(saved.Id, policyId.Value, enabled: true, priority: 0, cancellationToken);
        var works = saved.LastTest is { Code: ConnectionTestCode.Ok };
        Guid? job = works && runsNow ? await runs.RunAsync(saved.Id, policyId, cancellationToken) : null;
        await transaction.CommitAsync(cancellationToken);
        changes.Announce(policyId.Value); // once more: who followed it before the commit found nothing
        if (job is { } queued)
            await queue.SendAsync(queued, BackupTrigger.Manual);
        return new StartedProtection(saved, policyId.Value, job);
    }

    private Task<List<string>> TakenAsync(CancellationToken cancellationToken) =>
        db.Set<DataSource>().Select(s => s.Name).ToListAsync(cancellationToken);
}

/// <param name="JobId">Of the first backup; null where none was queued.</param>
public sealed record StartedProtection(DataSource Source, Guid PolicyId, Guid? JobId);
