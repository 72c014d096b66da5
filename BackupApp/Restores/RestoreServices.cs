using BackupApp.Backups;
using BackupApp.Errors;
using BackupApp.Restores.Batches;
using BackupApp.Runs;

namespace BackupApp.Restores;

/// <summary>The wiring of this room.</summary>
public static class RestoreServices
{
    public static void AddRestores(this IServiceCollection services)
    {
        services.AddValidated<RestoreOptions>("BackupApp:Restores");
        services.AddSingleton<IRestoresUnderWay, RestoresUnderWay>();
        services.AddSingleton<RestoreTransitions>();
        services.AddSingleton<RestoreTargets>();
        services.AddSingleton<RestoreRun>();
        services.AddSingleton<ServerRun>();
        services.AddSingleton<VanishedServers>();
        services.AddScoped<RestorePlans>();
        services.AddScoped<RestoreChoices>();
        services.AddScoped<PickLists>();
        services.AddScoped<DumpLook>();
        services.AddScoped<RestoreProbes>();
        services.AddScoped<RestoreQueue>();
        services.AddScoped<RestoreWorker>();
        services.AddScoped<RestoreAfter>();
        services.AddScoped<StartRestore>();
        services.AddScoped<BatchRows>();
        services.AddScoped<BatchDoubtReader>();
        services.AddScoped<BatchProbes>();
        services.AddScoped<StartBatch>();
        services.AddScoped<BatchReader>();
        services.AddScoped<CancelRestore>();
        services.AddScoped<RestoreAftermath>();
        services.AddScoped<RestoreHistory>();
        services.AddScoped<RestoreLogs>();
        services.AddScoped<OverwriteRule>();
        services.AddScoped<UndoBySafety>();
        services.AddRun<RestoreJob, RestoreQueue, VanishedRestores>();
        services.AddScoped<IReaperPart, RestoreCleanup>();
    }
}
