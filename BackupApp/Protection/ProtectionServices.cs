using BackupApp.Errors;
using BackupApp.Pings;
using BackupApp.Protection.Weekly;

namespace BackupApp.Protection;

/// <summary>The wiring of this room.</summary>
public static class ProtectionServices
{
    public static void AddProtection(this IServiceCollection services)
    {
        services.AddValidated<ProtectionOptions>("BackupApp:Protection");
        services.AddScoped<SourceRisks>();
        services.AddScoped<ProtectionReader>();
        services.AddScoped<PromiseChanges>();
        services.AddScoped<Incidents>();
        services.AddScoped<ITroubleFinder, OwnTroubles>();
        services.AddScoped<ITroubleFinder, ChannelTroubles>();
        services.AddScoped<WatchRound>();
        services.AddScoped<IInstallationState, WholeInstallation>();
        services.AddHostedService<ProtectionWatch>();
        services.AddScoped<ReportReader>();
        services.AddScoped<WeeklyRound>();
        services.AddHostedService<WeeklyWorker>();
    }
}
