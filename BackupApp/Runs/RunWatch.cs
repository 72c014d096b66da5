using System.Collections.Concurrent;
using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Runs;

/// <summary>
/// Lets callers wait for a run's state to change. However many wait, one query each round asks for all of them,
/// on one connection: waiters hold neither a connection nor a thread. Nothing is asked while nobody waits.
/// </summary>
public sealed partial class RunWatch<T>(IServiceScopeFactory scopes, TimeProvider time, ILogger<RunWatch<T>> logger) : BackgroundService
    where T : Run
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<long, Waiter> _waiters = new();
    private readonly SemaphoreSlim _wanted = new(0, 1);
    private long _last;

    /// <summary>Returns when the run's state is not <paramref name="known"/> any more, or when the time is over.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task ChangedAsync(Guid runId, RunStatus known, TimeSpan wait, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _last);
        var waiter = new Waiter(runId, known);
        _waiters[number] = waiter;
        Wake();
        try
        {
            await waiter.Changed.Task.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Nothing changed, which the caller sees by asking once more.
        }
        finally
        {
            _waiters.TryRemove(number, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (_waiters.IsEmpty)
                await _wanted.WaitAsync(stoppingToken);
            await AskAsync(stoppingToken);
            await Task.Delay(Round, time, stoppingToken);
        }
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            var waiters = _waiters.Values.ToList();
            var ids = waiters.Select(w => w.RunId).Distinct().ToList();
            await using var scope = scopes.CreateAsyncScope();
            var states = await scope.ServiceProvider.GetRequiredService<AppDbContext>().Set<T>()
                .Where(j => ids.Contains(j.Id))
                .Select(j => new { j.Id, j.Status })
                .ToDictionaryAsync(j => j.Id, j => j.Status, cancellationToken);
            foreach (var waiter in waiters)
            {
                if (!states.TryGetValue(waiter.RunId, out var status) || status != waiter.Known)
                    waiter.Changed.TrySetResult();
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Whatever it was: what gets out of here ends the whole process.
            // The next round asks again; until then the waiters' own time runs.
            LogNotAsked(e);
        }
    }

    private void Wake()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has woken it already.
        }
    }

    public override void Dispose()
    {
        _wanted.Dispose();
        base.Dispose();
    }

    private sealed record Waiter(Guid RunId, RunStatus Known)
    {
        public TaskCompletionSource Changed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [LoggerMessage(LogLevel.Warning, "The state of the runs that are waited for could not be read")]
    private partial void LogNotAsked(Exception exception);
}
