using BackupApp.Errors;

namespace BackupApp.Runs;

/// <summary>The wiring of this room.</summary>
public static class RunServices
{
    /// <summary>What every kind of run has: its lease, who waits for it, and what sees to its lost messages and vanished workers.</summary>
    public static void AddRun<T, TSender, TVanished>(this IServiceCollection services)
        where T : Run
        where TSender : class, IRunSender<T>
        where TVanished : class, IVanishedRuns<T>
    {
        services.AddSingleton<RunLease<T>>();
        services.AddSingleton<SilentRuns<T>>();
        services.AddSingleton<RunWatch<T>>();
        services.AddHostedService(provider => provider.GetRequiredService<RunWatch<T>>());
        services.AddScoped<IRunSender<T>>(provider => provider.GetRequiredService<TSender>());
        services.AddScoped<IVanishedRuns<T>, TVanished>();
        services.AddScoped<IReaperPart, LostMessages<T>>();
        services.AddScoped<IReaperPart, VanishedRuns<T>>();
    }

    public static void AddRuns(this IServiceCollection services)
    {
        services.AddValidated<DrainOptions>("BackupApp");
        services.AddSingleton<Drain>();
        services.AddValidated<RunOptions>("BackupApp:Backups");
        services.AddSingleton<ConditionalChanges>();
        services.AddScoped<ReaperWorker>();
        services.AddSingleton<RunRates>();
    }
}
