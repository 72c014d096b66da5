using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace BackupApp.Data;

/// <summary>The wiring of this room: the application's own database.</summary>
public static class DataServices
{
    public static void AddData(this IServiceCollection services, string connectionString, DataDirectory data)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton(_ => OwnConnections.CreatePool(connectionString));
        services.AddDbContext<AppDbContext>((provider, db) => db
            .UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>().CreateConnection(), contextOwnsConnection: true)
            // Whoever saves turns a refusal into what it means, as a name that is taken; what nobody expected is logged where it ends.
            .ConfigureWarnings(w => w.Log(
                (CoreEventId.SaveChangesFailed, LogLevel.Debug), (RelationalEventId.CommandError, LogLevel.Debug))));
    }
}
