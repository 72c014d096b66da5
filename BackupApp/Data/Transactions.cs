using Microsoft.EntityFrameworkCore.Storage;

namespace BackupApp.Data;

/// <summary>For what is done by itself and also as a part of something larger.</summary>
public static class Transactions
{
    /// <summary>A transaction of one's own; null within somebody else's, who commits then.</summary>
    public static async Task<IDbContextTransaction?> BeginUnlessBegunAsync(this AppDbContext db, CancellationToken cancellationToken) =>
        db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;

    /// <summary>Nothing for somebody else's.</summary>
    public static Task CommitOwnAsync(this IDbContextTransaction? own, CancellationToken cancellationToken) =>
        own is null ? Task.CompletedTask : own.CommitAsync(cancellationToken);
}
