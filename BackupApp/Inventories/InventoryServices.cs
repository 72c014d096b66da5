using BackupApp.Errors;
using BackupApp.Inventories.Queries;

namespace BackupApp.Inventories;

/// <summary>The wiring of this room.</summary>
public static class InventoryServices
{
    public static void AddInventories(this IServiceCollection services)
    {
        services.AddValidated<InventoryOptions>("BackupApp:Inventory");
        services.AddScoped<JobContents>();
        services.AddScoped<JobChanges>();
        services.AddScoped<TableHistory>();
    }
}
