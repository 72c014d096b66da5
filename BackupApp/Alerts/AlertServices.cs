using BackupApp.Alerts.Channels;
using BackupApp.Errors;

namespace BackupApp.Alerts;

/// <summary>The wiring of this room.</summary>
public static class AlertServices
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddValidated<MailOptions>("BackupApp:Mail");
        services.AddSingleton<AlertHttp>();
        services.AddSingleton<IAlertSender, EmailSender>();
        services.AddSingleton<IAlertSender, SlackSender>();
        services.AddSingleton<IAlertSender, TeamsSender>();
        services.AddSingleton<IAlertSender, NtfySender>();
        services.AddSingleton<IAlertSender, WebhookSender>();
        services.AddScoped<Outbox>();
        services.AddScoped<Dispatcher>();
        services.AddScoped<SenderLag>();
        services.AddScoped<ChannelEditor>();
        services.AddScoped<ChannelTests>();
        services.AddScoped<ContractSettings>();
        services.AddHostedService<AlertWorker>();
    }
}
