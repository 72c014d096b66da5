using BackupApp.Backups;
using BackupApp.Restores;
using BackupApp.Runs;
using Hangfire;
using Hangfire.Client;
using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Microsoft.Extensions.Options;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire's servers of a worker process. Each kind of work has threads of its own, so that long dumps starve neither restores nor the
/// clock nor the cleaning, and slow stores no clock. What Hangfire would run besides, for work that is due after a delay, nothing needs.
/// </summary>
internal sealed class QueueServers(
    JobStorage storage,
    IJobFilterProvider filters,
    JobActivator activator,
    IHostApplicationLifetime lifetime,
    IOptions<BackupOptions> backups,
    IOptions<RestoreOptions> restores,
    IOptions<RunOptions> runs,
    IOptions<DrainOptions> drain,
    TimeProvider time)
    : BackgroundService
{
    /// <summary>For ending tools and aborting uploads, with a database or a store that is slow to answer.</summary>
    public static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(45);

    // The reaper's pace, unless it is a slow one: a look costs a lock and a query.
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly BackgroundJobPerformer _performer = new(filters, activator);
    private readonly BackgroundJobStateChanger _states = new(filters);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A process whose start fails takes no work.
        await ComesAsync(lifetime.ApplicationStarted, stoppingToken);

        BackgroundProcessingServer[] servers =
        [
            Start("backups", drain.Value.DrainTimeout, (backups.Value.MaxConcurrentJobs, BackupQueue.Names)),
            Start(RestoreOptions.Queue, drain.Value.DrainTimeout, (restores.Value.MaxConcurrentJobs, [RestoreOptions.Queue])),
            // The clock: one for ticks while another goes through all policies and a third is the reaper.
            Start(HangfireSetup.Control, TimeSpan.Zero, (3, [HangfireSetup.Control]), (3, [HangfireSetup.Clock])),
        ];
        await ComesAsync(lifetime.ApplicationStopping, CancellationToken.None);
        foreach (var server in servers)
            server.SendStop();
        await Task.WhenAll(servers.Select(server => server.WaitForShutdownAsync(CancellationToken.None)));
        foreach (var server in servers)
            server.Dispose();
    }

    private static async Task ComesAsync(CancellationToken moment, CancellationToken cancellationToken)
    {
        var come = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (moment.Register(come.SetResult))
            await come.Task.WaitAsync(cancellationToken);
    }

    private BackgroundProcessingServer Start(string name, TimeSpan patience, params (int Threads, string[] Queues)[] pools)
    {
        var isControl = name == HangfireSetup.Control;
        var processes = pools.Select(p => new Worker(p.Queues, _performer, _states).UseBackgroundPool(p.Threads)).ToList();
        if (isControl)
            processes.Add(Clock().UseBackgroundPool(1));
        var properties = new Dictionary<string, object>
        {
            ["Queues"] = pools.SelectMany(p => p.Queues).ToArray(),
            ["WorkerCount"] = pools.Sum(p => p.Threads),
        };
        return new BackgroundProcessingServer(storage, processes, properties, new BackgroundProcessingServerOptions
        {
            ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{name}",
            ShutdownTimeout = CleanUp + patience,
            ServerCheckInterval = TimeSpan.FromMinutes(5),
            HeartbeatInterval = TimeSpan.FromMinutes(1),
            // Of what the dashboard takes from a worker; our own cancels come with the heartbeat of the run.
            CancellationCheckInterval = TimeSpan.FromSeconds(30),
            // Once in a process is enough for what tidies Hangfire's tables.
            ExcludeStorageProcesses = !isControl,
        });
    }

    private PunctualScheduler Clock()
    {
        var pace = TimeSpan.FromSeconds(runs.Value.ReaperInterval);
        return new PunctualScheduler(
            new RecurringJobScheduler(new BackgroundJobFactory(filters), PunctualScheduler.NoDelay),
            pace < LongestLook ? pace : LongestLook,
            time);
    }
}
