using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupApp.Accounts;

/// <summary>Sign-in, roles and who may do what, wired up.</summary>
public static class AccountsSetup
{
    /// <summary>
    /// Needs <see cref="AppDbContext"/>, an opened <see cref="SecretBox"/> and <see cref="TimeProvider"/> from the caller.
    /// </summary>
    public static WebApplicationBuilder AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddValidated<AccountsOptions>(AccountsOptions.Section);
        services.AddValidated<ApiRateLimitOptions>(ApiRateLimitOptions.Section);
        services.AddValidated<BootstrapOptions>(BootstrapOptions.Section);
        services.TryAddScoped<CurrentActor>();
        services.TryAddScoped<AuditLog>();
        services.AddScoped<FirstAdministrator>();
        services.AddScoped<UserCommands>();
        services.AddSingleton<BootstrapToken>();
        services.AddScoped<ApiTokens>();
        services.AddScoped<UserEditor>();
        services.AddScoped<KnownDevices>();
        services.AddScoped<SignInGuard>();
        services.AddScoped<SignInRecord>();
        services.AddScoped<IdentityCheck>();
        services.AddScoped<Invitations>();
        services.AddScoped<UserSessions>();
        services.AddScoped<SignOutEverywhere>();
        services.AddSingleton<SessionTickets>();

        AddKeys(services);
        services.AddIdentityOfPeople();
        services.AddAuthorization(AccessRules.AddPolicies);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AnswerWithPage.ForRefused>();
        services.Configure<RazorPagesOptions>(o => IdentityPages.RemoveTheOthers(o.Conventions));

        // The framework's line for each request holds the query string, and so the token of the setup link.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        return builder;
    }

    /// <summary>After the forwarded headers and the error page, before everything that maps an endpoint.</summary>
    public static WebApplication UseAccounts(this WebApplication app)
    {
        app.UseMiddleware<RequestLimits>();
        app.UseAuthentication();
        app.UseMiddleware<CurrentActorMiddleware>();
        app.UseMiddleware<RefusalAudit>();
        app.UseAuthorization();
        app.UseMiddleware<SecondFactorMiddleware>();
        app.UseMiddleware<ApiAntiforgeryMiddleware>();
        return app;
    }

    private static void AddKeys(IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("BackupApp").PersistKeysToDbContext<AppDbContext>();
        services.AddOptions<KeyManagementOptions>().Configure<SecretBox>((o, box) => o.XmlEncryptor = new DataProtectionEncryptor(box));
    }
}
