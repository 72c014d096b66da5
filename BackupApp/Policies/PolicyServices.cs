namespace BackupApp.Policies;

/// <summary>The wiring of this room.</summary>
public static class PolicyServices
{
    public static void AddPolicies(this IServiceCollection services)
    {
        services.AddScoped<PolicyChanges>();
        services.AddScoped<PolicyChangeWorker>();
        services.AddScoped<PolicyEditor>();
        services.AddScoped<PolicyAttachments>();
        services.AddScoped<LabelledSources>();
        services.AddScoped<DeleteDataSource>();
        services.AddScoped<DeleteDestination>();
        services.AddSingleton<ScheduleRound>();
        services.AddScoped<ScheduleWorker>();
        services.AddScoped<RunPolicyNow>();
        services.AddScoped<RunAgain>();
        services.AddScoped<RunByDefault>();
        services.AddScoped<ProtectDatabase>();
        services.AddScoped<StartProtection>();
        services.AddScoped<ManyUris>();
        services.AddScoped<IPolicyFollower>(provider => provider.GetRequiredService<ScheduleWorker>());
    }
}
