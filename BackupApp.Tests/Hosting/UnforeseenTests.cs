using System.Collections.Concurrent;
using BackupApp.Backups;
using BackupApp.Hosting;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Hangfire;
using Hangfire.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Hosting;

/// <summary>
/// What the process does all the time outlives exceptions that nobody thought of: one that got out would end the process.
/// </summary>
public sealed class UnforeseenTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task The_recurring_work_is_registered_at_the_next_try()
    {
        var recurring = new FailsOnce();
        await using var postgres = TestPostgres.Require();
        using var work = new RecurringWork(
            recurring, await Messages.StorageAsync(postgres), Options.Create(new RunOptions()), _time, NullLogger<RecurringWork>.Instance);
        await work.StartAsync(TestContext.Current.CancellationToken);

        await PassAsync(() => recurring.Registered.Contains(ReaperWorker.Id), "the reaper is registered");

        // Somebody may delete it from Hangfire's tables.
        recurring.Registered.Clear();
        await PassAsync(() => recurring.Registered.Contains(ReaperWorker.Id), "the reaper is registered again", step: 60);
        await work.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_state_of_runs_is_asked_for_again()
    {
        var scopes = new NoScopes();
        using var watch = new RunWatch<BackupJob>(scopes, _time, NullLogger<RunWatch<BackupJob>>.Instance);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        using var patience = new CancellationTokenSource();
        var waits = watch.ChangedAsync(Guid.NewGuid(), RunStatus.Queued, Timeout.InfiniteTimeSpan, patience.Token);

        await PassAsync(() => scopes.Asked >= 3, "it asked again");

        Assert.False(watch.ExecuteTask!.IsCompleted);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }

    private Task PassAsync(Func<bool> condition, string what, int step = 1) => Until.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(step));
            return condition();
        },
        what);

    private sealed class FailsOnce : IRecurringJobManager
    {
        private bool _failed;

        public ConcurrentBag<string> Registered { get; } = [];

        public void AddOrUpdate(string recurringJobId, Job job, string cronExpression, RecurringJobOptions options)
        {
            if (!_failed)
            {
                _failed = true;
                throw new BadImageFormatException("Nobody thought of this.");
            }

            Registered.Add(recurringJobId);
        }

        public void Trigger(string recurringJobId) => throw new NotSupportedException();

        public void RemoveIfExists(string recurringJobId)
        {
            // None is there.
        }
    }

    private sealed class NoScopes : IServiceScopeFactory
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public IServiceScope CreateScope()
        {
            Interlocked.Increment(ref _asked);
            throw new BadImageFormatException("Nobody thought of this.");
        }
    }
}
