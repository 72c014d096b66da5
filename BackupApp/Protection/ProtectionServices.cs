using BackupApp.Errors;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Protection.Board;
using BackupApp.Protection.Weekly;
using BackupApp.Protection.Uncovered;

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
        services.AddScoped<IEndsWithSource, DeletedSourceIncidents>();
        services.AddScoped<ITroubleFinder, SchedulerTroubles>();
        services.AddScoped<ITroubleFinder, QueueTroubles>();
        services.AddScoped<ITroubleFinder, DiskTroubles>();
        services.AddScoped<ITroubleFinder, LostBackups>();
        services.AddScoped<ITroubleFinder, ChannelTroubles>();
        services.AddScoped<ITroubleFinder, MasterKeyTroubles>();
        services.AddScoped<ITroubleFinder, SignInTroubles>();
        services.AddScoped<ITroubleFinder, PausedPolicies>();
        services.AddScoped<IHappeningFinder, RestoreHappenings>();
        services.AddScoped<IHappeningFinder, AccountHappenings>();
        services.AddScoped<Happenings>();
        services.AddScoped<EndedPauses>();
        services.AddScoped<RoundGuard>();
        services.AddScoped<TroubleSearch>();
        services.AddScoped<WatchRound>();
        services.AddScoped<IInstallationState, WholeInstallation>();
        services.AddScoped<ServerLists>();
        services.AddScoped<UncoveredRound>();
        services.AddScoped<UncoveredDatabases>();
        services.AddScoped<RequestLook>();
        services.AddHostedService<ProtectionWatch>();
        services.AddScoped<SourceDays>();
        services.AddScoped<StorageReader>();
        services.AddSingleton<KnownStorage>();
        services.AddScoped<ReportReader>();
        services.AddScoped<WeeklyRound>();
        services.AddHostedService<WeeklyWorker>();
    }
}
