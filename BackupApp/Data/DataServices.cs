using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace BackupApp.Data;

/// <summary>The wiring of this room: the application's own database.</summary>
public static class DataServices
{
    public static void AddData(this IServiceCollection services, string connectionString, DataDirectory data)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddDbContext<AppDbContext>(db => db
            .UseNpgsql(connectionString)
            // Whoever saves turns a refusal into what it means, as a name that is taken; what nobody expected is logged where it ends.
            .ConfigureWarnings(w => w.Log(
                (CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))));
    }
}
