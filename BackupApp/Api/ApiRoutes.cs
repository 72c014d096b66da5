using BackupApp.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace BackupApp.Api;

/// <summary>The HTTP API: what it needs, and all its routes.</summary>
public static class ApiRoutes
{
    private const int LargestBody = 1 << 20;

    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(ApiJson.Configure);
        builder.Services.AddScoped<DataSourceViews>();
        builder.Services.AddScoped<BackupViews>();
        builder.Services.AddSingleton<IdempotencyKeys>();
        builder.Services.AddApiDescription();
    }

    /// <summary>After routing and authorization.</summary>
    public static void UseApi(this WebApplication app) =>
        app.UseWhen(context => ProgramRoutes.IsApi(context.Request.Path), api => api.UseMiddleware<ApiErrors>());

    public static void MapApi(this WebApplication app)
    {
        app.MapApiDescription();
        var api = app.MapGroup(EndpointAnswers.Root).WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        api.MapProtect();
        api.MapDataSources();
        api.MapAttachments();
        api.MapBackups();
        api.MapBackupActions();
        api.MapArtifacts();
        api.MapContents();
        api.MapWarningRules();
        api.MapRestores();
        api.MapRestoreBatches();
        api.MapPolicies();
        api.MapDestinations();
        api.MapIncidents();
        api.MapUncovered();
        api.MapNotifications();
        api.MapPings();
        api.MapAudit();
        api.MapDeletions();
        api.MapUsers();
        api.MapSessions();
        api.MapTokens();
        api.MapMissing();
    }
}
