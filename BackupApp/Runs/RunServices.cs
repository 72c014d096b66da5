using BackupApp.Errors;

namespace BackupApp.Runs;

/// <summary>The wiring of this room.</summary>
public static class RunServices
{
    public static void AddRuns(this IServiceCollection services)
    {
        services.AddValidated<DrainOptions>("BackupApp");
        services.AddSingleton<Drain>();
        services.AddSingleton<ConditionalChanges>();
    }
}
