using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;

namespace BackupApp.Engines;

/// <summary>The wiring of this room: one line for each engine.</summary>
public static class EngineServices
{
    /// <param name="ownConnection">To the application's own database, which is refused as a data source.</param>
    public static void AddEngines(this IServiceCollection services, string ownConnection)
    {
        services.AddValidated<EngineOptions>("BackupApp:Backups");
        services.AddPostgres(ownConnection);
        services.AddMongo();
        services.AddSingleton<EngineCatalog>();
    }
}
