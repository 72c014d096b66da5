using BackupApp.Errors;
using BackupApp.Network;
using Microsoft.Extensions.Options;

namespace BackupApp.Destinations;

/// <summary>The wiring of this room.</summary>
public static class DestinationServices
{
    public static void AddDestinations(this IServiceCollection services)
    {
        services.AddValidated<ManagedStorageOptions>("BackupApp:ManagedStorage");
        services.AddSingleton<ObjectStores>();
        services.AddSingleton(provider => new DestinationTest(
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<IOptions<NetworkOptions>>().Value.AllowLinkLocal));
        services.AddScoped<DestinationEditor>();
        services.AddSingleton<DestinationAttempts>();
    }
}
