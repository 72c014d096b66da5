using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;

namespace BackupApp.Engines;

/// <summary>The wiring of this room: one line for each engine.</summary>
public static class EngineServices
{
    public static void AddEngines(this IServiceCollection services)
    {
        services.AddValidated<EngineOptions>("BackupApp:Backups");
        services.AddPostgres();
        services.AddMongo();
        services.AddSingleton<EngineCatalog>();
    }
}
