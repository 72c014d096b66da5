using BackupApp.Engines.Mongo.Restores;
using BackupApp.Tools;
using Microsoft.Extensions.Options;

namespace BackupApp.Engines.Mongo;

/// <summary>The wiring of this engine.</summary>
public static class MongoEngineServices
{
    public static void AddMongo(this IServiceCollection services)
    {
        services.AddSingleton(provider => new MongoTools(provider.GetRequiredService<IOptions<EngineOptions>>().Value.MongoToolFolders));
        services.AddSingleton<MongoConnector>();
        services.AddSingleton(provider => new MongoDump(
            provider.GetRequiredService<MongoTools>(), provider.GetRequiredService<PrivateRoot>().Path));
        services.AddSingleton(provider => new MongoRestoreTool(
            provider.GetRequiredService<MongoTools>(), provider.GetRequiredService<PrivateRoot>().Path));
        services.AddSingleton<MongoRestore>();
        services.AddSingleton<IEngine, MongoEngine>();
    }
}
