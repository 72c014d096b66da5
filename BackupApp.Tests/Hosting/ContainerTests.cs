using BackupApp.Accounts;
using BackupApp.Accounts.Tokens;
using BackupApp.Api;
using BackupApp.Data;
using BackupApp.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Hosting;

/// <summary>The wiring of Program, without a server behind it.</summary>
public sealed class ContainerTests
{
    [Fact]
    public async Task Every_service_of_ours_resolves_and_every_option_validates()
    {
        var builder = Builder();
        var app = builder.Build();
        await using var scope = app.Services.CreateAsyncScope();

        var ours = builder
            .Services.Where(s => s.ServiceType.Assembly == typeof(AppDbContext).Assembly && !s.ServiceType.ContainsGenericParameters)
            .ToList();
        Assert.True(ours.Count > 20, $"Only {ours.Count} services.");
        Assert.All(ours, service => Assert.NotNull(scope.ServiceProvider.GetRequiredService(service.ServiceType)));
        app.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    [Fact]
    public async Task Every_page_can_be_made()
    {
        var app = Build();
        await using var scope = app.Services.CreateAsyncScope();

        var pages = typeof(AppDbContext).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(PageModel)) && !t.IsAbstract).ToList();
        Assert.True(pages.Count > 10, $"Only {pages.Count} pages.");
        Assert.All(pages, page => Assert.NotNull(ActivatorUtilities.CreateInstance(scope.ServiceProvider, page)));
    }

    [Theory]
    [InlineData("BackupApp:Roles", "pilot", "BackupApp__Roles")]
    [InlineData("BackupApp:PublicUrl", "backups", "BackupApp__PublicUrl")]
    [InlineData("BackupApp:KnownProxies", "proxy", "BackupApp__KnownProxies")]
    [InlineData("BackupApp:Backups:MaxConcurrentJobs", "0", "MaxConcurrentJobs")]
    [InlineData("BackupApp:Backups:StallTimeout", "00:00:01", "StallTimeout")]
    [InlineData("BackupApp:Backups:HeartbeatInterval", "00:10:00", "HeartbeatInterval")]
    [InlineData("BackupApp:ManagedStorage:Endpoint", "https://s3.example.com", "BackupApp__ManagedStorage__Bucket")]
    [InlineData("BackupApp:ManagedStorage:AccessKeyId", "id", "__SecretAccessKey")]
    [InlineData("BackupApp:Bootstrap:AdminEmail", "admin@example.com", "BackupApp__Bootstrap__AdminPassword")]
    [InlineData("BackupApp:Accounts:SignInsPerMinute", "0", "SignInsPerMinute")]
    [InlineData("BackupApp:Api:RequestsPerMinutePerToken", "0", "RequestsPerMinutePerToken")]
    [InlineData("BackupApp:Bootstrap:ApiToken", "too short", "BackupApp__Bootstrap__ApiToken")]
    public void A_wrong_option_stops_the_start_and_is_named(string key, string value, string named)
    {
        var app = Build((key, value));

        var error = Assert.Throws<OptionsValidationException>(app.Services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    // Never disposed: Hangfire keeps the newest container's loggers in a static field for the rest of the process.
    private static WebApplication Build(params (string Key, string? Value)[] settings) => Builder(settings).Build();

    private static WebApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = "BackupApp", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value));
        builder.Host.UseDefaultServiceProvider(provider => (provider.ValidateOnBuild, provider.ValidateScopes) = (true, true));
        const string nowhere = "Host=127.0.0.1;Port=9;Username=nobody;Password=x;Database=none;Timeout=1";
        builder.AddFeatures(nowhere, new DataDirectory(AppContext.BaseDirectory));
        builder.AddHangfireQueues(nowhere);
        builder.AddAccounts();
        builder.AddHealth();
        builder.AddPages();
        builder.AddApi();
        return builder;
    }
}
