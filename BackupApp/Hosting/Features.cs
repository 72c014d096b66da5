using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.History;
using BackupApp.Network;
using BackupApp.Policies;
using BackupApp.Retention;
using BackupApp.Runs;
using BackupApp.Secrets;
using BackupApp.Stored;
using BackupApp.Stored.Scan;
using BackupApp.Streams;
using BackupApp.Tools;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>The wiring of the features, one paragraph each.</summary>
public static class Features
{
    public static void AddFeatures(this WebApplicationBuilder builder, string connectionString, DataDirectory data)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddDbContext<AppDbContext>(db => db.UseNpgsql(connectionString));

        services.AddSingleton<SecretBox>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuditLog>();
        services.AddScoped<AuditHistory>();
        Options<ServerOptions>(builder, "BackupApp");
        Options<NetworkOptions>(builder, "BackupApp:Network");
        Options<PublicAddress>(builder, "BackupApp");
        services.AddSingleton<KnownHosts>();

        services.AddSingleton(_ => new OwnDatabaseProbe(async cancellationToken =>
        {
            var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            return connection;
        }));
        services.AddSingleton<PostgresConnector>();
        services.AddSingleton<PostgresLogin>();
        services.AddSingleton<PostgresConnectionTest>();
        services.AddSingleton<PostgresConnectStage>();
        services.AddSingleton<PostgresDatabases>();
        services.AddSingleton<PostgresServerTest>();
        services.AddSingleton<IDatabaseEngine, PostgresEngine>();
        services.AddSingleton<MongoConnector>();
        services.AddSingleton<IDatabaseEngine, MongoEngine>();
        services.AddScoped<DataSourceEditor>();

        Options<ManagedStorageOptions>(builder, "BackupApp:ManagedStorage");
        services.AddSingleton<ObjectStores>();
        services.AddSingleton(provider => new DestinationTest(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<NetworkOptions>>().Value.AllowLinkLocal));
        services.AddScoped<DestinationEditor>();

        services.AddScoped<PolicyChanges>();
        services.AddScoped<PolicyChangeWorker>();
        services.AddScoped<PolicyEditor>();
        services.AddScoped<PolicyAttachments>();
        services.AddScoped<DeleteDataSource>();
        services.AddScoped<DeleteDestination>();

        Options<BackupOptions>(builder, "BackupApp:Backups");
        services.AddSingleton(provider => PrivateRoot.Open(Path.GetTempPath(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PgTools(provider.GetRequiredService<IOptions<BackupOptions>>().Value.PostgresClientFolders));
        services.AddSingleton<IServerSupport>(provider => provider.GetRequiredService<PgTools>());
        services.AddSingleton<IDumpTool>(provider => new PgDump(provider.GetRequiredService<PgTools>(), provider.GetRequiredService<PostgresDatabases>(), provider.GetRequiredService<PrivateRoot>().Path, PgDump.DefaultLockWait));
        services.AddSingleton(provider => new MongoTools(provider.GetRequiredService<IOptions<BackupOptions>>().Value.MongoToolFolders));
        services.AddSingleton<IMongoSupport>(provider => provider.GetRequiredService<MongoTools>());
        services.AddSingleton<IDumpTool>(provider => new MongoDump(provider.GetRequiredService<MongoTools>(), provider.GetRequiredService<PrivateRoot>().Path));
        Options<DrainOptions>(builder, "BackupApp");
        services.AddSingleton<Drain>();
        services.AddSingleton<ConditionalChanges>();
        services.AddSingleton<JobTransitions>();
        services.AddSingleton<ArtifactTransitions>();
        services.AddSingleton<Manifests>();
        services.AddSingleton(provider => new MemoryBudget(provider.GetRequiredService<IOptions<BackupOptions>>().Value.MemoryBudgetBytes));
        services.AddSingleton<BackupPipeline>();
        services.AddSingleton<ArtifactDump>();
        services.AddSingleton<BackupRun>();
        services.AddScoped<BackupQueue>();
        services.AddScoped<BackupWorker>();
        services.AddScoped<RunNow>();
        services.AddScoped<DownloadLinks>();
        services.AddScoped<JobHistory>();
        services.AddScoped<BackupTrend>();
        services.AddSingleton<JobWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<JobWatch>());
        services.AddScoped<CancelBackup>();
        services.AddScoped<DeleteBackup>();
        services.AddScoped<PinBackup>();
        services.AddScoped<DeletionWorker>();
        services.AddScoped<DestinationScanner>();
        services.AddScoped<LostMessages>();
        services.AddScoped<VanishedWorkers>();
        services.AddScoped<OrphanCleaner>();
        services.AddScoped<ReaperWorker>();
        services.AddScoped<PauseDataSource>();
        services.AddSingleton<ScheduleRunner>();
        services.AddScoped<ScheduleWorker>();
        services.AddScoped<RunPolicyNow>();
        services.AddScoped<ProtectDatabase>();
        services.AddScoped<RetentionWorker>();
        services.AddScoped<RetentionPreview>();
        services.AddScoped<IPolicyFollower>(provider => provider.GetRequiredService<ScheduleWorker>());
        services.AddScoped<IPolicyFollower>(provider => provider.GetRequiredService<RetentionWorker>());
    }

    // Every wrong option is reported at start, all at once.
    private static void Options<T>(WebApplicationBuilder builder, string section)
        where T : class => builder.Services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
}
