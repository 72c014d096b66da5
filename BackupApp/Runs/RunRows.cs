using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Runs;

/// <summary>A run and the execution that holds it.</summary>
/// <param name="WorkerId">Proof of the claim; every later update asks for it.</param>
public readonly record struct HeldRun(Guid Id, Guid WorkerId);

/// <summary>The rows that conditional updates speak of.</summary>
internal static class RunRows
{
    public static IQueryable<T> Run<T>(this AppDbContext db, Guid id)
        where T : Run => db.Set<T>().Where(r => r.Id == id);

    public static IQueryable<T> Queued<T>(this AppDbContext db, Guid id)
        where T : Run => db.Run<T>(id).Where(r => r.Status == RunStatus.Queued);

    /// <summary>The run's row while this execution holds it.</summary>
    public static IQueryable<T> Held<T>(this AppDbContext db, HeldRun held)
        where T : Run => db.Run<T>(held.Id).Where(r => r.Status == RunStatus.Running && r.WorkerId == held.WorkerId);

    /// <summary>
    /// Locks the run's row for this transaction, so that nobody takes it over in the middle of a change to what belongs to it.
    /// </summary>
    public static async Task<bool> HoldAsync<T>(this IQueryable<T> held, CancellationToken cancellationToken)
        where T : Run =>
        await held.ExecuteUpdateAsync(set => set.SetProperty(r => r.HeartbeatAt, _ => DateTimeOffset.UtcNow), cancellationToken) == 1;
}
