using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Policies;

/// <summary>
/// From nothing to a scheduled backup in one call: source, policy and attachment in one
/// transaction, then a connection test that undoes nothing.
/// </summary>
public sealed class ProtectDatabase(
    AppDbContext db,
    DataSourceEditor sources,
    PolicyEditor policies,
    PolicyAttachments attachments,
    EngineCatalog engines)
{
    /// <param name="policy">Its name is chosen here; without a destination it writes to the server's own storage.</param>
    /// <exception cref="InvalidInputException">Names what is wrong with both inputs, and nothing is saved.</exception>
    public async Task<ProtectedDatabase> RunAsync(DataSourceInput source, PolicyInput policy, CancellationToken cancellationToken)
    {
        Complete(source, policy);
        var problems = new Dictionary<string, string>();
        Validate(source, policy, problems);
        if (problems.Count > 0)
            throw new InvalidInputException(problems);

        policy.Name = await FreeNameAsync(policy.Name!, cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var saved = await sources.AddAsync(source, cancellationToken);
        var made = await policies.CreateAsync(policy, cancellationToken);
        await attachments.AttachAsync(saved.Id, made.Id, enabled: true, priority: 0, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new ProtectedDatabase(saved.Id, made.Id, await sources.TestAsync(saved.Id, cancellationToken));
    }

    /// <summary>Adds what is wrong with the two inputs.</summary>
    internal void Validate(DataSourceInput source, PolicyInput policy, Dictionary<string, string> problems)
    {
        Complete(source, policy);
        source.ReadName(problems);
        source.ReadConnection(engines.Of(source.Engine).Form, null, problems);
        policy.ReadTerms(problems);
    }

    private static void Complete(DataSourceInput source, PolicyInput policy)
    {
        var name = source.Name?.Trim() ?? "";
        policy.Name = name.Length > BackupPolicy.MaxName - 4 ? name[..(BackupPolicy.MaxName - 4)] : name;
        policy.DestinationId ??= StorageDestination.ManagedId;
    }

    /// <summary>A policy keeps its name when the source that it was made for is gone.</summary>
    internal async Task<string> FreeNameAsync(string name, CancellationToken cancellationToken)
    {
        var key = BackupPolicy.KeyOf(name);
        var taken = await db.Set<BackupPolicy>()
            .Where(p => p.NameKey.StartsWith(key))
            .Select(p => p.NameKey)
            .ToListAsync(cancellationToken);
        return Enumerable.Range(1, int.MaxValue)
            .Select(n => n == 1 ? name : $"{name} {n}")
            .First(n => !taken.Contains(BackupPolicy.KeyOf(n)));
    }
}

/// <param name="Test">The connection as it is now; it may well not work yet.</param>
public sealed record ProtectedDatabase(Guid DataSourceId, Guid PolicyId, ConnectionTestResult Test);
