namespace BackupApp.History;

/// <summary>The wiring of this room.</summary>
public static class HistoryServices
{
    public static void AddHistory(this IServiceCollection services)
    {
        services.AddScoped<JobHistory>();
        services.AddScoped<BackupTrend>();
        services.AddScoped<RunFigures>();
    }
}
