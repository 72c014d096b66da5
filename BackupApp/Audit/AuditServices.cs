namespace BackupApp.Audit;

/// <summary>The wiring of this room.</summary>
public static class AuditServices
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuditLog>();
        services.AddScoped<AuditHistory>();
    }
}
