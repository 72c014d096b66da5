using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Restores;
using BackupApp.Runs;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire carries messages; what happens to a job is decided by our own rows. Four servers run in each worker process, so that long
/// dumps starve neither restores nor the clock nor the cleaning, and slow stores no clock.
/// </summary>
public static class HangfireSetup
{
    /// <summary>The queue of everything but backups and schedules, with threads of its own.</summary>
    public const string Control = BackupQueue.Control;

    /// <summary>The queue of the schedules and the reaper, likewise.</summary>
    public const string Clock = ScheduleWorker.Queue;

    public static void AddHangfireQueues(this WebApplicationBuilder builder, string connectionString)
    {
        var queues = new MessageQueues();
        // Of this application alone. Hangfire's own would be that of whichever application in this process was the last to start.
        builder.Services.AddSingleton<JobStorage>(_ => CreateStorage(connectionString, queues));
        builder.Services.AddSingleton<JobActivator>(services => new AspNetCoreJobActivator(services.GetRequiredService<IServiceScopeFactory>()));
        builder.Services.AddSingleton<IJobFilterProvider>(_ => CreateFilters());
        builder.Services.AddHangfire((services, hangfire) => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseLogProvider(new QueueLogs(services.GetRequiredService<ILoggerFactory>())));
        builder.Services.AddHostedService<RecurringWork>();
        if (!builder.Configuration.GetSection("BackupApp").Get<ServerOptions>().OrDefault().IsWorker)
            return;

        builder.Services.AddHostedService(
            services => ActivatorUtilities.CreateInstance<MessageListener>(services, connectionString, queues));
        builder.Services.AddHangfireServer((services, server) =>
        {
            var drain = services.GetRequiredService<IOptions<DrainOptions>>().Value.DrainTimeout;
            Configure(services, server, "backups", BackupQueue.Names, drain);
            // One clock in a process is enough: each looks at the schedule under a lock, which is a row written and removed.
            server.IsLightweightServer = true;
            server.WorkerCount = services.GetRequiredService<IOptions<BackupOptions>>().Value.MaxConcurrentJobs;
        });
        builder.Services.AddHangfireServer((services, server) =>
        {
            var drain = services.GetRequiredService<IOptions<DrainOptions>>().Value.DrainTimeout;
            Configure(services, server, RestoreOptions.Queue, [RestoreOptions.Queue], drain);
            server.IsLightweightServer = true;
            server.WorkerCount = services.GetRequiredService<IOptions<RestoreOptions>>().Value.MaxConcurrentJobs;
        });
        builder.Services.AddHangfireServer((services, server) =>
        {
            Configure(services, server, Control, [Control], TimeSpan.Zero);
            server.WorkerCount = 3;
        });
        builder.Services.AddHangfireServer((services, server) =>
        {
            Configure(services, server, Clock, [Clock], TimeSpan.Zero);
            server.IsLightweightServer = true;
            // One for ticks while another goes through all policies and a third is the reaper.
            server.WorkerCount = 3;
        });
        // Longer than Hangfire's own patience: a shorter one aborts the process in the middle of cleaning up.
        builder.Services.AddOptions<HostOptions>()
            .Configure<IOptions<DrainOptions>>((host, drain) => host.ShutdownTimeout = CleanUp + CleanUp + drain.Value.DrainTimeout);
    }

    /// <summary>After which a worker looks for a message that nobody told it of. Every worker looks by itself.</summary>
    public static readonly TimeSpan LostMessageInterval = TimeSpan.FromMinutes(1);

    // For ending tools and aborting uploads, with a database or a store that is slow to answer.
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(45);

    // A pool of its own. Hangfire's statements leave nothing in a session that the next one would have to be saved from: no reset, which
    // is a statement for each of theirs. Sessions that only a burst needed are closed, those that every round needs stay.
    private static string ForMessages(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        NoResetOnClose = true,
        ConnectionIdleLifetime = 90,
    }.ConnectionString;

    private static PostgreSqlStorage CreateStorage(string connectionString, MessageQueues queues)
    {
        var storage = new PostgreSqlStorage(new NpgsqlConnectionFactory(ForMessages(connectionString), Storage), Storage);
        queues.AddTo(storage, Storage, BackupQueue.Names, [RestoreOptions.Queue], [Control], [Clock]);
        return storage;
    }

    // Neither cultures nor continuations: nothing of ours has them, and each costs every message statements.
    private static JobFilterProviderCollection CreateFilters() => new(
        new JobFilterCollection
        {
            // Failures are sticky: the next scheduled run is a new job.
            new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete },
            new StatisticsHistoryAttribute(),
        },
        new JobFilterAttributeFilterProvider());

    private static ServerOptions OrDefault(this ServerOptions? options) => options ?? new ServerOptions();

    private static PostgreSqlStorageOptions Storage => new()
    {
        SchemaName = DatabaseStartup.HangfireSchema,
        PrepareSchemaIfNecessary = false,
        // Each worker that waits would listen on a connection of its own: MessageListener does it for all of them.
        EnableLongPolling = false,
        QueuePollInterval = LostMessageInterval,
        // A dump of hours keeps its message by renewing it; a dead worker's is delivered again after this, and refused by the claim.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
        // A lock left behind by a killed process stops all schedules for this long.
        DistributedLockTimeout = TimeSpan.FromMinutes(1),
    };

    private static void Configure(
        IServiceProvider services, BackgroundJobServerOptions server, string name, string[] queues, TimeSpan drain)
    {
        server.ServerName = $"{Environment.MachineName}:{Environment.ProcessId}:{name}";
        server.Queues = queues;
        // How late a schedule may be; what runs by seconds sets the pace where it is faster.
        server.SchedulePollingInterval = TimeSpan.FromSeconds(
            Math.Min(15, services.GetRequiredService<IOptions<RunOptions>>().Value.ReaperInterval));
        server.ShutdownTimeout = CleanUp + drain;
        server.ServerCheckInterval = TimeSpan.FromMinutes(1);
        server.HeartbeatInterval = TimeSpan.FromSeconds(30);
        // Of what the dashboard takes from a worker; our own cancels come with the heartbeat of the run.
        server.CancellationCheckInterval = TimeSpan.FromSeconds(30);
    }
}
