using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Errors;
using BackupApp.Secrets;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts;

/// <summary>Sign-in, roles and who may do what, wired up.</summary>
public static class AccountsSetup
{
    private const string TokenOrSession = nameof(TokenOrSession);

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
        services.AddScoped<IdentityCheck>();
        services.AddScoped<Invitations>();
        services.AddScoped<UserSessions>();
        services.AddScoped<SignOutEverywhere>();
        services.AddSingleton<SessionTickets>();

        AddKeys(services);
        AddIdentity(services);
        services.AddAuthorization(Access.AddPolicies);
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

    private static void AddIdentity(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        var authentication = services.AddAuthentication(options =>
        {
            options.DefaultScheme = IdentityConstants.ApplicationScheme;
            options.DefaultAuthenticateScheme = TokenOrSession;
        });
        authentication.AddPolicyScheme(TokenOrSession, null, policy => policy.ForwardDefaultSelector = SchemeOf);
        authentication.AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(ApiTokenHandler.SchemeName, null);
        authentication.AddIdentityCookies(cookies =>
            cookies.ApplicationCookie!.Configure<SessionTickets, IOptions<AccountsOptions>>(ConfigureSession));
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = TimeSpan.FromMinutes(1));
        services.AddOptions<PasswordHasherOptions>()
            .Configure<IOptions<AccountsOptions>>((hasher, accounts) => hasher.IterationCount = accounts.Value.PasswordHashRounds);
        services.AddIdentityCore<AppUser>(ConfigureIdentity)
            .AddDefaultUI() // brings a sign-in manager of its own: ours has to come later
            .AddUserStore<AppUserStore>()
            .AddUserManager<AppUserManager>()
            .AddSignInManager<AppSignInManager>()
            .AddClaimsPrincipalFactory<AppClaimsFactory>()
            .AddPasswordValidator<PasswordRules>()
            .AddDefaultTokenProviders()
            .AddTokenProvider<AuthenticatorCodes>(TokenOptions.DefaultAuthenticatorProvider);
    }

    // A wrong token is not made good by a cookie beside it; pages know no tokens.
    private static string SchemeOf(HttpContext context) =>
        ProgramRoutes.Contain(context.Request.Path) && ApiTokenHandler.Presented(context.Request) is not null
            ? ApiTokenHandler.SchemeName
            : IdentityConstants.ApplicationScheme;

    private static void ConfigureIdentity(IdentityOptions options)
    {
        options.User.RequireUniqueEmail = true;
        options.User.AllowedUserNameCharacters = ""; // the e-mail address is the user name, whatever its letters
        options.Password.RequiredLength = AccountsOptions.MinimumPasswordLength;
        options.Password.RequiredUniqueChars = 1;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
        options.Tokens.AuthenticatorIssuer = "BackupApp";
    }

    private static void ConfigureSession(CookieAuthenticationOptions options, SessionTickets tickets, IOptions<AccountsOptions> accounts)
    {
        options.Cookie.Name = "backupapp";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.SessionStore = tickets;
        options.ExpireTimeSpan = accounts.Value.SessionLifetime;
        options.SlidingExpiration = false; // the idle time is the store's
        options.LoginPath = "/Identity/Account/Login";
        options.LogoutPath = "/Identity/Account/Logout";
        options.AccessDeniedPath = "/Identity/Account/AccessDenied";
        options.Events.OnValidatePrincipal = _ => Task.CompletedTask; // the store does it, for every request
        options.Events.OnRedirectToLogin = c => RedirectOrSay(c, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = c => RedirectOrSay(c, StatusCodes.Status403Forbidden);
    }

    private static Task RedirectOrSay(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (AnswerWithPage.IsForPerson(context.Request))
            context.Response.Redirect(context.RedirectUri);
        else
            context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
