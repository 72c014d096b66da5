using BackupApp.Alerts;
using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Errors;
using BackupApp.FirstRun;
using BackupApp.History;
using BackupApp.Inventories;
using BackupApp.Network;
using BackupApp.Pings;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Restores;
using BackupApp.Retention;
using BackupApp.Runs;
using BackupApp.Secrets;
using BackupApp.Stored;
using BackupApp.Tools;

namespace BackupApp.Hosting;

/// <summary>The rooms, each with its own wiring beside it.</summary>
public static class Rooms
{
    public static void AddRooms(this WebApplicationBuilder builder, string connectionString, DataDirectory data)
    {
        var services = builder.Services;
        services.AddValidated<ServerOptions>("BackupApp");
        services.AddData(connectionString, data);
        services.AddSecrets();
        services.AddAudit();
        services.AddNetwork();
        services.AddTools();
        services.AddInventories();
        services.AddEngines();
        services.AddDataSources();
        services.AddDestinations();
        services.AddRuns();
        services.AddBackups();
        services.AddRestores();
        services.AddStored();
        services.AddHistory();
        services.AddPolicies();
        services.AddRetention();
        services.AddAlerts();
        services.AddPings();
        services.AddValidated<MetricsOptions>("BackupApp:Metrics");
        services.AddScoped<WorkMetrics>();
        services.AddScoped<MetricsReader>();
        services.AddHostedService<MetricsPort>();
        services.AddProtection();
        services.AddFirstRun();
    }
}
