using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Errors;
using BackupApp.Policies;
using BackupApp.Runs;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Policies;

public sealed class DeleteDataSourceTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private readonly string _name = $"source {Guid.NewGuid():N}";
    private Guid _source;
    private BackupPolicy _policy = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _source = await bench.AddSourceAsync(_name);
        _policy = await bench.AddPolicyAsync();
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(_source, _policy.Id, enabled: true, priority: 0, Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Its_secrets_and_policies_go_and_its_history_and_backups_stay()
    {
        var stored = await bench.AddJobAsync(_source, RunStatus.Success, policy: _policy, age: TimeSpan.FromDays(2));

        await DeleteAsync();

        await using var db = bench.Database();
        Assert.False(await db.Set<DataSource>().AnyAsync(s => s.Id == _source, Cancel));
        var row = await db.Set<DataSource>().IgnoreQueryFilters().SingleAsync(s => s.Id == _source, Cancel);
        Assert.Empty(row.SecretsCipher);
        Assert.False(row.IsActive);
        Assert.False(await db.Set<PolicyAttachment>().AnyAsync(a => a.DataSourceId == _source, Cancel));
        Assert.Null((await bench.JobAsync(stored)).DeletionMarkedAt);
        var detached = Assert.Single(await bench.AuditAsync(_policy.Id), e => e.Action == AuditActions.PolicyDetached);
        Assert.Contains(_name, detached.Metadata, StringComparison.Ordinal);
        var deleted = Assert.Single(await bench.AuditAsync(_source));
        Assert.Equal(
            (AuditActions.DataSourceDeleted, _name, PolicyBench.Operator.Name),
            (deleted.Action, deleted.TargetName, deleted.ActorName));
        Assert.Contains("\"backupsKept\": 1", deleted.Metadata, StringComparison.Ordinal);
        // The policy is free to go, and the name to be used again.
        await bench.Editor(db).DeleteAsync(_policy.Id, Cancel);
        Assert.NotEqual(_source, await bench.AddSourceAsync(_name));
    }

    [Fact]
    public async Task What_is_queued_is_canceled_and_what_runs_is_asked_to_end_unless_its_object_is_just_being_completed()
    {
        var queued = await bench.AddJobAsync(_source, RunStatus.Queued);
        var running = await bench.AddJobAsync(_source, RunStatus.Running);
        var completing = await bench.AddJobAsync(_source, RunStatus.Running);
        await using (var db = bench.Database())
        {
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into backup_artifacts (id, job_id, database, destination_id, key, compression, sealed_at)
                select {Guid.NewGuid()}, id, 'app', destination_id, 'app/key', 'gzip', now() from backup_jobs where id = {completing}
                """,
                Cancel);
        }

        await DeleteAsync();

        var canceled = await bench.JobAsync(queued);
        Assert.Equal((RunStatus.Canceled, CancelReason.User), (canceled.Status, canceled.CancelReason));
        Assert.NotNull(canceled.FinishedAt);
        Assert.True((await bench.JobAsync(running)).CancelRequested);
        Assert.False((await bench.JobAsync(completing)).CancelRequested);
        Assert.Single(await bench.AuditAsync(queued), e => e.Action == AuditActions.BackupCanceled);
        Assert.Single(await bench.AuditAsync(running), e => e.Action == AuditActions.BackupCanceled);
        Assert.Empty(await bench.AuditAsync(completing));
    }

    [Fact]
    public async Task It_is_deleted_once()
    {
        await DeleteAsync();
        await Assert.ThrowsAsync<NotFoundException>(DeleteAsync);
    }

    private async Task DeleteAsync()
    {
        await using var db = bench.Database();
        await new DeleteDataSource(db, PolicyBench.Log(db), [], bench.Clock).RunAsync(_source, Cancel);
    }
}
