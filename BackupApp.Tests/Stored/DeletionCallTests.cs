using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Runs;
using BackupApp.Secrets;
using BackupApp.Stored;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Stored;

/// <summary>A deletion begins when it is asked for, and not with the next sweep.</summary>
public sealed class DeletionCallTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private Guid _source;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await bench.RequireAsync();
        _source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Deleting_calls_the_worker_once_the_mark_is_written()
    {
        var job = await bench.AddJobAsync(_source, RunStatus.Success);
        var sent = bench.Messages.Sent.Count;

        await DeleteAsync(job);

        var call = Assert.Single(bench.Messages.Sent.Skip(sent));
        Assert.Equal((typeof(DeletionWorker), nameof(DeletionWorker.RunAsync)), (call.Type, call.Method.Name));
        Assert.NotNull((await bench.JobAsync(job)).DeletionDueAt);
    }

    [Fact]
    public async Task A_call_that_is_lost_fails_no_deletion()
    {
        var job = await bench.AddJobAsync(_source, RunStatus.Success);
        bench.Messages.Failure = new InvalidOperationException("No connection.");
        try
        {
            await DeleteAsync(job);
        }
        finally
        {
            bench.Messages.Failure = null;
        }

        Assert.NotNull((await bench.JobAsync(job)).DeletionDueAt);
    }

    [Fact]
    public async Task A_call_that_comes_while_a_round_runs_has_it_repeated()
    {
        var first = await bench.AddJobAsync(_source, RunStatus.Success);
        await DeleteAsync(first);
        await using var other = bench.Database();
        await using var hold = await other.Database.BeginTransactionAsync(Cancel);
        await other.Database.ExecuteSqlAsync($"select id from backup_jobs where id = {first} for update", Cancel);
        await using var db = bench.Database();
        var round = Worker(db).RunAsync(Cancel);
        await Support.Until.TrueAsync(bench.WaitsAsync, "the round is held up");

        var second = await bench.AddJobAsync(_source, RunStatus.Success);
        await DeleteAsync(second);
        await using (var late = bench.Database())
            await Worker(late).RunAsync(Cancel);
        Assert.Null((await bench.JobAsync(second)).DeletedAt);
        await hold.RollbackAsync(Cancel);
        await round;

        Assert.NotNull((await bench.JobAsync(first)).DeletedAt);
        Assert.NotNull((await bench.JobAsync(second)).DeletedAt);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(1, 0)]
    [InlineData(null, 0)]
    public async Task The_reaper_calls_for_what_is_due(int? minutes, int calls)
    {
        var job = await bench.AddJobAsync(_source, RunStatus.Success);
        await using var db = bench.Database();
        await SetDueAsync(db.Set<BackupJob>(), null);
        await SetDueAsync(db.Set<BackupJob>().Where(j => j.Id == job), minutes);
        var sent = bench.Messages.Sent.Count;

        await new DueDeletions(db, new DeletionCall(bench.Messages, NullLogger<DeletionCall>.Instance)).RunAsync(Cancel);

        Assert.Equal(
            Enumerable.Repeat(typeof(DeletionWorker), calls),
            bench.Messages.Sent.Skip(sent).Select(call => call.Type));
        await SetDueAsync(db.Set<BackupJob>(), null);
    }

    private static Task<int> SetDueAsync(IQueryable<BackupJob> jobs, int? minutes)
    {
        var due = minutes is { } later ? DateTimeOffset.UtcNow.AddMinutes(later) : (DateTimeOffset?)null;
        return jobs.ExecuteUpdateAsync(set => set.SetProperty(j => j.DeletionDueAt, due), Cancel);
    }

    private async Task DeleteAsync(Guid job)
    {
        await using var db = bench.Database();
        await bench.Deletion(db).RunAsync(job, Cancel);
    }

    private static DeletionWorker Worker(AppDbContext db)
    {
        var stores = new ObjectStores(
            Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
            new SecretBox(), NullLoggerFactory.Instance, TimeProvider.System);
        return new DeletionWorker(db, PolicyBench.Log(db), stores, TimeProvider.System, NullLogger<DeletionWorker>.Instance);
    }
}
