using BackupApp.Errors;

namespace BackupApp.Inventories;

/// <summary>The wiring of this room.</summary>
public static class InventoryServices
{
    public static void AddInventories(this IServiceCollection services)
    {
        services.AddValidated<InventoryOptions>("BackupApp:Inventory");
    }
}
