namespace BackupApp.Secrets;

/// <summary>The wiring of this room.</summary>
public static class SecretServices
{
    public static void AddSecrets(this IServiceCollection services)
    {
        services.AddSingleton<SecretBox>();
    }
}
