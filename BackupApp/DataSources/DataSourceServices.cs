namespace BackupApp.DataSources;

/// <summary>The wiring of this room.</summary>
public static class DataSourceServices
{
    public static void AddDataSources(this IServiceCollection services)
    {
        services.AddScoped<DataSourceEditor>();
        services.AddScoped<NewConnections>();
        services.AddScoped<RestorePreparation>();
        services.AddScoped<ReadinessWorker>();
    }
}
