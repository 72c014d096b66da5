using BackupApp.Audit;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Runs;

/// <summary>
/// One conditional change and its audit entry in one transaction. While the database is away it is
/// tried again for minutes; an answer that was lost at the commit is looked up, not repeated.
/// </summary>
public sealed class ConditionalChanges(IServiceScopeFactory scopes)
{
    /// <param name="act">True commits, false rolls back: somebody else decided.</param>
    /// <param name="happened">Asks whether <paramref name="act"/> took effect, when the commit's answer was lost.</param>
    public async Task<bool> TryAsync(
        Func<AppDbContext, AuditLog, Task<bool>> act,
        Func<AppDbContext, Task<bool>> happened,
        CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var audit = scope.ServiceProvider.GetRequiredService<AuditLog>();
        return await new PatientStrategy(db).ExecuteAsync(
            act,
            async (_, operation, token) =>
            {
                db.ChangeTracker.Clear();
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                var decided = await operation(db, audit);
                if (decided)
                    await transaction.CommitAsync(token);
                return decided;
            },
            async (_, _, _) => new(await happened(db), true),
            cancellationToken);
    }

    /// <summary>
    /// Reads what somebody needs after the fence, where a database that is away must not undo anything: tries for minutes.
    /// </summary>
    public async Task<T> ReadPatientlyAsync<T>(Func<AppDbContext, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        return await new PatientStrategy(db).ExecuteAsync(read, (_, operation, token) => operation(db, token), null, cancellationToken);
    }

    /// <summary>Reads without a decision.</summary>
    public async Task<T> ReadAsync<T>(Func<AppDbContext, Task<T>> read)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }
}
