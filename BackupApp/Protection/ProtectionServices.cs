namespace BackupApp.Protection;

/// <summary>The wiring of this room.</summary>
public static class ProtectionServices
{
    public static void AddProtection(this IServiceCollection services)
    {
        services.AddScoped<SourceRisks>();
        services.AddScoped<ProtectionReader>();
    }
}
