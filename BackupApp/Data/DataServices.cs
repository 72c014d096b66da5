using Microsoft.EntityFrameworkCore;

namespace BackupApp.Data;

/// <summary>The wiring of this room: the application's own database.</summary>
public static class DataServices
{
    public static void AddData(this IServiceCollection services, string connectionString, DataDirectory data)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddDbContext<AppDbContext>(db => db.UseNpgsql(connectionString));
    }
}
