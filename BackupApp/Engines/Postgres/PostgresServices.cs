using BackupApp.Engines.Postgres.Restores;
using BackupApp.Tools;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>The wiring of this engine.</summary>
public static class PostgresServices
{
    /// <param name="ownConnection">To the application's own database, which is refused as a data source.</param>
    public static void AddPostgres(this IServiceCollection services, string ownConnection)
    {
        services.AddSingleton(_ => new OwnDatabaseProbe(async cancellationToken =>
        {
            var connection = new NpgsqlConnection(ownConnection);
            await connection.OpenAsync(cancellationToken);
            return connection;
        }));
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
