using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Policies;
using BackupApp.Restores;
using BackupApp.Runs;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.Common;
using Hangfire.PostgreSql;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire carries messages; what happens to a job is decided by our own rows. Nothing of it is static: an application works with
/// its own storage and filters, however many there are in a process.
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
        builder.Services.AddSingleton<JobStorage>(services => CreateStorage(services, queues));
        builder.Services.AddSingleton<JobActivator>(
            services => new AspNetCoreJobActivator(services.GetRequiredService<IServiceScopeFactory>()));
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
        builder.Services.AddHostedService<QueueServers>();
        // Longer than Hangfire's own patience: a shorter one aborts the process in the middle of cleaning up.
        builder.Services.AddOptions<HostOptions>()
            .Configure<IOptions<DrainOptions>>(
                (host, drain) => host.ShutdownTimeout = 2 * QueueServers.CleanUp + drain.Value.DrainTimeout);
    }

    /// <summary>After which the workers look for a message that nobody told them of.</summary>
    public static readonly TimeSpan LostMessageInterval = TimeSpan.FromMinutes(1);

    private static QueueStorage CreateStorage(IServiceProvider services, MessageQueues queues)
    {
        // How messages are written: nobody reads or sends any before.
        _ = services.GetRequiredService<IGlobalConfiguration>();
        var storage = new QueueStorage(services.GetRequiredService<NpgsqlDataSource>(), Storage);
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
        // It wakes wakes one for each kind of work; left to themselves all of them would look.
        QueuePollInterval = 10 * LostMessageInterval,
        // A dump of hours keeps its message by renewing it; a dead worker's is delivered again after this, and refused by the claim.
        UseSlidingInvisibilityTimeout = true,
        InvisibilityTimeout = TimeSpan.FromMinutes(5),
    };
}
