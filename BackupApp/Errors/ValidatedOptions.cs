namespace BackupApp.Errors;

public static class ValidatedOptions
{
    /// <summary>Options whose mistakes are reported at start, all at once with those of the others.</summary>
    /// <param name="section">Of the configuration, for example <c>BackupApp:Backups</c>.</param>
    public static IServiceCollection AddValidated<T>(this IServiceCollection services, string section)
        where T : class
    {
        services.AddOptions<T>().BindConfiguration(section).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
