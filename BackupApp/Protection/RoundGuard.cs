using BackupApp.Data;

namespace BackupApp.Protection;

/// <summary>
/// Does one thing of a round within its transaction: one that goes wrong is undone, and takes nothing from the others. A query that fails
/// ends its transaction, and with it the whole round, but for this.
/// </summary>
public sealed partial class RoundGuard(AppDbContext db, ILogger<RoundGuard> logger)
{
    private const string Here = "guarded";

    /// <param name="who">For the log.</param>
    /// <param name="act">
    /// Has written what it changed when it ends, and changes nothing of what others have read: what it read goes with it where it fails.
    /// </param>
    /// <returns>Null where it went wrong.</returns>
    public async Task<T?> TryAsync<T>(object who, Func<Task<T>> act, CancellationToken cancellationToken)
        where T : class
    {
        var transaction = db.Database.CurrentTransaction!;
        await transaction.CreateSavepointAsync(Here, cancellationToken);
        try
        {
            var done = await act();
            await transaction.ReleaseSavepointAsync(Here, cancellationToken);
            return done;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(e, who.GetType().Name);
            await transaction.RollbackToSavepointAsync(Here, cancellationToken);
            return null;
        }
    }

    /// <returns>False where it went wrong.</returns>
    public async Task<bool> TryAsync(object who, Func<Task> act, CancellationToken cancellationToken) =>
        await TryAsync<object>(
            who,
            async () =>
            {
                await act();
                return this;
            },
            cancellationToken) is not null;

    [LoggerMessage(LogLevel.Error, "{Who} failed in a round of the watch; what was known before stands, and the others go on")]
    private partial void LogFailed(Exception exception, string who);
}
