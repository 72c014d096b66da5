using BackupApp.Engines.Postgres.Restores;
using BackupApp.Tools;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>The wiring of this engine.</summary>
public static class PostgresServices
{
    public static void AddPostgres(this IServiceCollection services)
    {
        // The application's own database is refused as a data source.
        services.AddSingleton(provider =>
            new OwnDatabaseProbe(token => provider.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(token).AsTask()));
        services.AddSingleton(provider => new PgTools(provider.GetRequiredService<IOptions<EngineOptions>>().Value.PostgresClientFolders));
        services.AddSingleton<PostgresConnector>();
        services.AddSingleton<PostgresLogin>();
        services.AddSingleton<PostgresConnectionTest>();
        services.AddSingleton<PostgresConnectStage>();
        services.AddSingleton<PostgresDatabases>();
        services.AddSingleton<PostgresServerTest>();
        services.AddSingleton(provider => new PgDump(
            provider.GetRequiredService<PgTools>(),
            provider.GetRequiredService<PostgresDatabases>(),
            provider.GetRequiredService<PrivateRoot>().Path,
            PgDump.DefaultLockWait));
        services.AddSingleton(provider => new PostgresRestore(
            provider.GetRequiredService<PostgresLogin>(),
            provider.GetRequiredService<PostgresConnector>(),
            provider.GetRequiredService<PgTools>(),
            provider.GetRequiredService<PrivateRoot>().Path,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IEngine, PostgresEngine>();
    }
}
