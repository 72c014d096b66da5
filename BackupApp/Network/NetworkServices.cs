using BackupApp.Errors;

namespace BackupApp.Network;

/// <summary>The wiring of this room.</summary>
public static class NetworkServices
{
    public static void AddNetwork(this IServiceCollection services)
    {
        services.AddValidated<NetworkOptions>("BackupApp:Network");
        services.AddValidated<PublicAddress>("BackupApp");
        services.AddSingleton<KnownHosts>();
    }
}
