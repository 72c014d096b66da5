namespace BackupApp.Pings;

/// <summary>The wiring of this room.</summary>
public static class PingServices
{
    public static void AddPings(this IServiceCollection services)
    {
        services.AddScoped<PingTargets>();
        services.AddScoped<PingLook>();
        services.AddScoped<PingSender>();
        services.AddHostedService<PingWorker>();
    }
}
