using BackupApp.Backups;
using BackupApp.Data;

namespace BackupApp.Tests.Support;

/// <summary>For what is tested without the app around it: nothing is being restored.</summary>
internal sealed class NoRestores : IRestoresUnderWay
{
    public IQueryable<Guid> HeldBackups(AppDbContext db) => db.Set<BackupJob>().Where(_ => false).Select(j => j.Id);

    public Task<IReadOnlyList<Guid>> BusySourcesAsync(AppDbContext db, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Guid>>([]);

    public Task<bool> IsWayBackAsync(AppDbContext db, Guid backupId, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SendParkedAsync() => Task.CompletedTask;
}
