using BackupApp.Data;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Audit;

/// <summary>The wiring of this room.</summary>
public static class AuditServices
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuditLog>();
        services.AddScoped<AuditHistory>();
        services.AddScoped<AuditLines>();
        services.ConfigureDbContext<AppDbContext>((provider, db) => db.AddInterceptors(provider.GetRequiredService<AuditLines>()));
    }
}
