using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Destinations;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

public sealed class DeleteDestinationTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private readonly string _name = $"bucket {Guid.NewGuid():N}";
    private Guid _bucket;
    private Guid _source;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _bucket = await bench.AddBucketAsync(_name);
        _source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_that_nothing_needs_goes_with_its_keys_and_its_history_keeps_its_name()
    {
        var failed = await bench.AddJobAsync(_source, RunStatus.Failed, _bucket);

        await DeleteAsync(_bucket);

        await using var db = bench.Database();
        Assert.False(await db.Set<StorageDestination>().AnyAsync(d => d.Id == _bucket, Cancel));
        Assert.Null((await db.Set<StorageDestination>().IgnoreQueryFilters().SingleAsync(d => d.Id == _bucket, Cancel)).KeysCipher);
        Assert.Equal(_name, (await bench.JobAsync(failed)).DestinationName);
        var entry = Assert.Single(await bench.AuditAsync(_bucket));
        Assert.Equal((AuditActions.DestinationDeleted, "storage_destination", _name), (entry.Action, entry.TargetType, entry.TargetName));
        Assert.NotEqual(_bucket, await bench.AddBucketAsync(_name));
        await Assert.ThrowsAsync<NotFoundException>(() => DeleteAsync(_bucket));
    }

    [Fact]
    public async Task A_policy_that_writes_to_it_is_named()
    {
        var policy = await bench.AddPolicyAsync(input => input.DestinationId = _bucket);

        Assert.Contains($"'{policy.Name}'", await RefusalAsync(_bucket), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RunStatus.Queued, "1 backup to this destination is queued or running")]
    [InlineData(RunStatus.Running, "1 backup to this destination is queued or running")]
    [InlineData(RunStatus.Success, "1 backup is still stored here")]
    [InlineData(RunStatus.Partial, "1 backup is still stored here")]
    public async Task Whatever_needs_its_keys_is_counted(RunStatus status, string says)
    {
        await bench.AddJobAsync(_source, status, _bucket);

        Assert.Contains(says, await RefusalAsync(_bucket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_counts_until_it_is_confirmed_gone()
    {
        var job = await bench.AddJobAsync(_source, RunStatus.Success, _bucket);
        await using var db = bench.Database();
        await db.Database.ExecuteSqlAsync(
            $"update backup_jobs set deletion_marked_at = now(), deletion_due_at = now() where id = {job}", Cancel);
        Assert.Contains("still stored", await RefusalAsync(_bucket), StringComparison.Ordinal);

        await db.Database.ExecuteSqlAsync($"update backup_jobs set deleted_at = now(), deletion_due_at = null where id = {job}", Cancel);
        await DeleteAsync(_bucket);
    }

    [Fact]
    public async Task Backups_in_a_bucket_that_is_gone_are_forgotten_with_it_and_stay_in_history()
    {
        var stored = await bench.AddJobAsync(_source, RunStatus.Success, _bucket);
        var stuck = await bench.AddJobAsync(_source, RunStatus.Partial, _bucket);
        var failed = await bench.AddJobAsync(_source, RunStatus.Failed, _bucket);
        var elsewhere = await bench.AddJobAsync(_source, RunStatus.Success);
        await using var db = bench.Database();
        await db.Database.ExecuteSqlAsync(
            $"""
            update backup_jobs set pinned_at = now() where id = {stored};
            update backup_jobs set deletion_marked_at = now(), deletion_due_at = now(),
                deletion_reason = 'age_exceeded', deletion_error = 'The bucket does not exist.' where id = {stuck};
            """, Cancel);

        await DeleteAsync(_bucket, forget: 2);

        foreach (var id in (Guid[])[stored, stuck])
        {
            var job = await bench.JobAsync(id);
            Assert.Equal(
                (DeletionReason.DestinationDeleted, 0, null, null),
                (job.DeletionReason, job.BytesFreed, job.DeletionDueAt, job.DeletionError));
            Assert.NotNull(job.DeletedAt);
            Assert.False(job.HasBackup);
        }

        Assert.Null((await bench.JobAsync(failed)).DeletedAt);
        Assert.True((await bench.JobAsync(elsewhere)).HasBackup);
        Assert.Equal(AuditActions.BackupDeleted, Assert.Single(await bench.AuditAsync(stored)).Action);
        Assert.Contains("\"forgottenBackups\": 2", Assert.Single(await bench.AuditAsync(_bucket)).Metadata, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_backups_are_forgotten_than_whoever_asked_was_told_of()
    {
        await bench.AddJobAsync(_source, RunStatus.Success, _bucket);
        var second = await bench.AddJobAsync(_source, RunStatus.Success, _bucket);

        await Assert.ThrowsAsync<ConflictException>(() => DeleteAsync(_bucket, forget: 1));

        Assert.True((await bench.JobAsync(second)).HasBackup);
    }

    [Fact]
    public async Task Server_storage_stays() =>
        Assert.Contains("set up with the server", await RefusalAsync(StorageDestination.ManagedId), StringComparison.Ordinal);

    private async Task<string> RefusalAsync(Guid id)
    {
        var e = await Assert.ThrowsAsync<ConflictException>(() => DeleteAsync(id));
        await using var db = bench.Database();
        Assert.True(await db.Set<StorageDestination>().AnyAsync(d => d.Id == id, Cancel));
        return e.Message;
    }

    private async Task DeleteAsync(Guid id, int forget = 0)
    {
        await using var db = bench.Database();
        await new DeleteDestination(db, PolicyBench.Log(db), bench.Editor(db), new NoRestores(), bench.Clock).RunAsync(id, forget, Cancel);
    }
}
