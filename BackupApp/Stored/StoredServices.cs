using BackupApp.Destinations;
using BackupApp.Runs;
using BackupApp.Stored.Scan;

namespace BackupApp.Stored;

/// <summary>The wiring of this room.</summary>
public static class StoredServices
{
    public static void AddStored(this IServiceCollection services)
    {
        services.AddScoped<IDestinationUse, DestinationUse>();
        services.AddScoped<DownloadAudit>();
        services.AddScoped<DownloadLinks>();
        services.AddScoped<PinBackup>();
        services.AddScoped<SilenceWarning>();
        services.AddScoped<SetWarningRules>();
        services.AddScoped<DeleteBackup>();
        services.AddScoped<DeletionCall>();
        services.AddScoped<DeletionWorker>();
        services.AddScoped<IReaperPart, DueDeletions>();
        services.AddScoped<IReaperPart, OrphanCleaner>();
        services.AddScoped<StoredCheck>();
        services.AddScoped<DestinationScanner>();
    }
}
