using System.Net;
using BackupApp.Accounts.People;
using BackupApp.Accounts.SignIn;
using BackupApp.Accounts.Tokens;
using BackupApp.Data;
using BackupApp.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Accounts;

/// <summary>
/// Program itself, with everything that it maps, in this process and on a port of its own. Every answer to a request that got
/// through the access table carries <see cref="PassedHeader"/>, so that a page's own refusal is not taken for the table's.
/// </summary>
public sealed class WholeApp : IAsyncDisposable
{
    public const string PassedHeader = "X-Test-Passed";

    private readonly TestPostgres _postgres;
    private readonly string _data = Directory.CreateTempSubdirectory("backupapp-whole-").FullName;
    private readonly WebApplicationFactory<Program> _factory;

    private WholeApp(TestPostgres postgres, string database, (string Key, string Value)[] settings)
    {
        _postgres = postgres;
        _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => builder
            .UseEnvironment("Production")
            .UseSetting("ConnectionStrings:BackupApp", postgres.PooledConnectionString(database))
            .UseSetting("BackupApp:DataDirectory", _data)
            .UseSetting("BackupApp:MasterKey", Convert.ToBase64String(new byte[32]))
            .UseSetting("BackupApp:Roles", "web")
            .UseSetting("Logging:LogLevel:Default", "None")
            .UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "None")
            // Why it ended in the middle of a test, should it.
            .UseSetting("Logging:LogLevel:Microsoft.Extensions.Hosting", "Error")
            .UseSetting("BackupApp:Accounts:SignInsPerMinute", "100000")
            .UseSetting("BackupApp:Accounts:PasswordHashRounds", "1000")
            .UseSetting("BackupApp:Api:RequestsPerMinutePerAddress", "1000000")
            .UseSetting("BackupApp:Api:RequestsPerMinutePerToken", "1000000")
            .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))))
            .ConfigureTestServices(services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, Marking>()));
        _factory.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _factory.StartServer();
        Address = _factory.ClientOptions.BaseAddress;
    }

    public Uri Address { get; }

    public IServiceProvider Services => _factory.Services;

    public static async Task<WholeApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var postgres = TestPostgres.Require();
        return new WholeApp(postgres, await postgres.CreateMigratedDatabaseAsync("matrix"), settings);
    }

    public async Task<AppUser> CreateUserAsync(UserRole role, string? name = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var (user, result) = await scope
            .ServiceProvider.GetRequiredService<AppUserManager>()
            .CreateAsync($"{name ?? $"{role}"}@example.com".ToLowerInvariant(), AccountsApp.Password, role);
        Assert.True(result.Succeeded);
        return user;
    }

    public async Task<string> CreateTokenAsync(AppUser owner, TokenRole role, DateTimeOffset? expiresAt = null, bool revoked = false)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var (token, text) = ApiToken.Create($"{role}", role, null, owner.Id, expiresAt, DateTimeOffset.UtcNow);
        if (revoked)
            token.Revoke(DateTimeOffset.UtcNow);
        db.Add(token);
        await db.SaveChangesAsync();
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private sealed class Marking : IAuthorizationMiddlewareResultHandler
    {
        private readonly AnswerWithPage.ForRefused _real = new();

        public Task HandleAsync(
            RequestDelegate next,
            HttpContext context,
            AuthorizationPolicy policy,
            PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
                context.Response.OnStarting(() => Task.FromResult(context.Response.Headers[PassedHeader] = "yes"));
            return _real.HandleAsync(next, context, policy, authorizeResult);
        }
    }
}
