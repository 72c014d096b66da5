using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace BackupApp.Audit;

/// <summary>
/// Makes a log line of every audit entry once it is committed, so that the log tells of nothing that was rolled back. One for each context.
/// </summary>
public sealed partial class AuditLines(ILogger<AuditLog> logger) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    private List<AuditEntry> _saving = [];
    private List<AuditEntry> _saved = [];

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        _saving = Added(eventData.Context);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        new(SavingChanges(eventData, result));

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        _saved.AddRange(_saving);
        _saving = [];
        // Without a transaction of the caller's it is committed already.
        if (eventData.Context?.Database.CurrentTransaction is null)
            Write();
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        new(SavedChanges(eventData, result));

    public DbTransaction TransactionStarted(DbConnection connection, TransactionEndEventData eventData, DbTransaction result)
    {
        // The one before was given up without a word, as a transaction is that is only disposed of.
        _saved = [];
        return result;
    }

    public ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default) =>
        new(TransactionStarted(connection, eventData, result));

    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Write();

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Write();
        return Task.CompletedTask;
    }

    public void TransactionRolledBack(DbTransaction transaction, TransactionEndEventData eventData) => _saved = [];

    public Task TransactionRolledBackAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionRolledBack(transaction, eventData);
        return Task.CompletedTask;
    }

    private static List<AuditEntry> Added(DbContext? db) =>
        db is null ? [] : [.. db.ChangeTracker.Entries<AuditEntry>().Where(e => e.State == EntityState.Added).Select(e => e.Entity)];

    private void Write()
    {
        var written = _saved;
        _saved = [];
        foreach (var entry in written)
            LogEntry(entry.Action, entry.TargetType, entry.TargetId, entry.TargetName, entry.ActorName ?? "system", entry.Metadata);
    }

    [LoggerMessage(LogLevel.Information, "{Action} on {TargetType} {TargetId} ({TargetName}) by {ActorName}: {Metadata}")]
    private partial void LogEntry(string action, string targetType, Guid? targetId, string? targetName, string actorName, string metadata);
}
