using BackupApp.Errors;
using BackupApp.Runs;
using BackupApp.Streams;
using Microsoft.Extensions.Options;

namespace BackupApp.Backups;

/// <summary>The wiring of this room.</summary>
public static class BackupServices
{
    public static void AddBackups(this IServiceCollection services)
    {
        services.AddValidated<BackupOptions>("BackupApp:Backups");
        services.AddSingleton(provider => new MemoryBudget(provider.GetRequiredService<IOptions<BackupOptions>>().Value.MemoryBudgetBytes));
        services.AddSingleton<JobTransitions>();
        services.AddSingleton<ArtifactTransitions>();
        services.AddSingleton<Manifests>();
        services.AddSingleton<ContentsRecord>();
        services.AddSingleton<BackupPipeline>();
        services.AddSingleton<ArtifactDump>();
        services.AddSingleton<BackupExecution>();
        services.AddScoped<BackupQueue>();
        services.AddScoped<BackupWorker>();
        services.AddScoped<RunNow>();
        services.AddScoped<CancelBackup>();
        services.AddScoped<PauseDataSource>();
        services.AddRun<BackupJob, BackupQueue, VanishedBackups>();
        services.AddScoped<IReaperPart, OwedManifests>();
    }
}
