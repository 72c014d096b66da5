namespace BackupApp.Tools;

/// <summary>The wiring of this room.</summary>
public static class ToolServices
{
    public static void AddTools(this IServiceCollection services)
    {
        services.AddSingleton(provider => PrivateRoot.Open(Path.GetTempPath(), provider.GetRequiredService<TimeProvider>()));
    }
}
