using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace BackupApp.Accounts;

/// <summary>How people sign in: ASP.NET Core's Identity with our rules, cookies for pages and tokens for programs.</summary>
internal static class IdentitySetup
{
    private const string TokenOrSession = nameof(TokenOrSession);

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    public static void AddIdentityOfPeople(this IServiceCollection services)
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
        {
            cookies.ApplicationCookie!.Configure<SessionTickets, IOptions<AccountsOptions>>(ConfigureSession);
            cookies.TwoFactorRememberMeCookie!.Configure(ConfigureRemembered);
        });
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

    // Of a browser that is not asked for a code: asked again one day, however often it signs in.
    private static void ConfigureRemembered(CookieAuthenticationOptions options)
    {
        options.ExpireTimeSpan = Remembered;
        options.SlidingExpiration = false;
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
