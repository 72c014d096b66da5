namespace BackupApp.FirstRun;

/// <summary>The wiring of this room.</summary>
public static class FirstRunServices
{
    public static void AddFirstRun(this IServiceCollection services)
    {
        services.AddScoped<ChecklistReader>();
        services.AddScoped<ChecklistEditor>();
        services.AddScoped<MasterKeyCopy>();
    }
}
