using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Restores;
using BackupApp.Runs;
using Hangfire;
using Hangfire.PostgreSql;
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

    /// <summary>The queue of the schedules, likewise.</summary>
    public const string Clock = ScheduleWorker.Queue;

    public static void AddHangfireQueues(this WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddHangfire(hangfire => hangfire
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            // Failures are sticky: the next scheduled run is a new job.
            .UseFilter(new AutomaticRetryAttribute { Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete })
            .UsePostgreSqlStorage(postgres => postgres.UseNpgsqlConnection(ForMessages(connectionString)), Storage));
        builder.Services.AddHostedService<RecurringWork>();
        if (!builder.Configuration.GetSection("BackupApp").Get<ServerOptions>().OrDefault().IsWorker)
            return;

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
            // Each listens on a connection of its own.
            server.WorkerCount = 3;
        });
        builder.Services.AddHangfireServer((services, server) =>
        {
            Configure(services, server, Clock, [Clock], TimeSpan.Zero);
            server.IsLightweightServer = true;
            // One for ticks while the other goes through all policies.
            server.WorkerCount = 2;
        });
        // Longer than Hangfire's own patience: a shorter one aborts the process in the middle of cleaning up.
        builder.Services.AddOptions<HostOptions>()
            .Configure<IOptions<DrainOptions>>((host, drain) => host.ShutdownTimeout = CleanUp + CleanUp + drain.Value.DrainTimeout);
    }

    // For ending tools and aborting uploads, with a database or a store that is slow to answer.
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(45);

    // A pool of its own. Hangfire's statements leave nothing in a session that the next one would have to be saved from: no reset, which
    // is a statement for each of theirs. What a busy minute opened is closed soon after: at rest there is one connection for each worker
    // that listens, and two or three besides.
    private static string ForMessages(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        NoResetOnClose = true,
        ConnectionIdleLifetime = 15,
        ConnectionPruningInterval = 5,
    }.ConnectionString;

    private static ServerOptions OrDefault(this ServerOptions? options) => options ?? new ServerOptions();

    private static PostgreSqlStorageOptions Storage => new()
    {
        SchemaName = DatabaseStartup.HangfireSchema,
        PrepareSchemaIfNecessary = false,
        // Messages arrive by NOTIFY; the poll is for one that was lost. Every worker polls by
        // itself, so that a second would be eight queries a second.
        EnableLongPolling = true,
        QueuePollInterval = TimeSpan.FromSeconds(30),
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
            Math.Min(5, services.GetRequiredService<IOptions<RunOptions>>().Value.ReaperInterval));
        server.ShutdownTimeout = CleanUp + drain;
        server.ServerCheckInterval = TimeSpan.FromMinutes(1);
        server.HeartbeatInterval = TimeSpan.FromSeconds(30);
    }
}
