using BackupApp.Policies;

namespace BackupApp.Retention;

/// <summary>The wiring of this room.</summary>
public static class RetentionServices
{
    public static void AddRetention(this IServiceCollection services)
    {
        services.AddScoped<RetentionWorker>();
        services.AddScoped<RetentionPreview>();
        services.AddScoped<ExpiryReader>();
        services.AddScoped<IPolicyFollower>(provider => provider.GetRequiredService<RetentionWorker>());
    }
}
