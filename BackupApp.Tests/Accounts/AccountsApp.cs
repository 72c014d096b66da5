using System.Net;
using BackupApp.Accounts;
using BackupApp.Accounts.People;
using BackupApp.Accounts.Tokens;
using BackupApp.Audit;
using BackupApp.Data;
using BackupApp.Hosting;
using BackupApp.Secrets;
using BackupApp.Tests.Support;
using Hangfire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BackupApp.Tests.Accounts;

/// <summary>
/// The application's pages and accounts on a port of their own, over a database of their own, with a clock that the test moves.
/// </summary>
internal sealed class AccountsApp : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";

    // Nothing is written there.
    private const string Unused = "/unused";

    // Of the same app whatever its number of processes; only for tests.
    private static readonly string MasterKeyText = Convert.ToBase64String(new byte[32]);

    private readonly WebApplication _app;
    private readonly TestPostgres? _ownPostgres;

    private AccountsApp(WebApplication app, TestPostgres postgres, string database, FakeTimeProvider time, LogLines log, bool owned)
    {
        _app = app;
        _ownPostgres = owned ? postgres : null;
        Postgres = postgres;
        Database = database;
        Time = time;
        Log = log;
        Address = new Uri(app.Urls.Single());
    }

    public TestPostgres Postgres { get; }

    public string Database { get; }

    public FakeTimeProvider Time { get; }

    public LogLines Log { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The token of the setup link in the log; null when none was printed.</summary>
    public string? SetupToken =>
        Log.Lines.Select(l => l.Split("/Setup?token=")).Where(p => p.Length == 2).Select(p => p[1].Split(' ')[0]).SingleOrDefault();

    public static async Task<AccountsApp> StartAsync(params (string Key, string Value)[] settings)
    {
        var postgres = TestPostgres.Require();
        return await StartAsync(postgres, await postgres.CreateMigratedDatabaseAsync("accounts"), owned: true, settings);
    }

    /// <summary>A second process on the same database, or the first one after a restart.</summary>
    public Task<AccountsApp> StartAnotherAsync(params (string Key, string Value)[] settings) =>
        StartAsync(Postgres, Database, owned: false, settings);

    public async Task<AppUser> CreateUserAsync(string email, UserRole role)
    {
        await using var scope = Services.CreateAsyncScope();
        var (user, result) = await scope.ServiceProvider.GetRequiredService<AppUserManager>().CreateAsync(email, Password, role);
        Assert.True(result.Succeeded, string.Join(' ', result.Errors.Select(e => e.Description)));
        return user;
    }

    /// <param name="sources">None: all.</param>
    public async Task<(string Text, Guid Id)> CreateTokenAsync(AppUser owner, TokenRole role, params Guid[] sources)
    {
        await using var scope = Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        var now = Time.GetUtcNow();
        var (token, text) = ApiToken.Create("test", role, sources is [] ? null : sources, owner.Id, now.AddDays(90), now);
        db.Add(token);
        await db.SaveChangesAsync();
        return (text, token.Id);
    }

    public Task ExecuteAsync(string sql) => Postgres.ExecuteAsync(sql, Database);

    public async Task<T?> ScalarAsync<T>(string sql) => await Postgres.ScalarAsync<T>(sql, Database);

    /// <summary>Who did what to whom, oldest first: <c>user.signed_in ann@example.com ann@example.com</c>.</summary>
    public async Task<string[]> AuditAsync() =>
        await ScalarAsync<string[]>(
            "select coalesce(array_agg(concat_ws(' ', action, actor_name, target_name) "
            + "order by created_at, id), '{}') from audit_log") ?? [];

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        if (_ownPostgres is not null)
            await _ownPostgres.DisposeAsync();
    }

    private static async Task<AccountsApp> StartAsync(
        TestPostgres postgres, string database, bool owned, (string Key, string Value)[] settings)
    {
        var connectionString = postgres.PooledConnectionString(database);
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var log = new LogLines();
        var app = Build(connectionString, time, log, settings);
        var master = MasterKey.Load(app.Configuration, new DataDirectory(Unused), embedded: false);
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AppDbContext>();
        await new DatabaseStartup(connectionString, time, NullLogger.Instance).RunAsync(
            db,
            async () =>
            {
                await app.Services.GetRequiredService<SecretBox>().OpenAsync(db, master, time, CancellationToken.None);
                await app.Services.PrepareAccountsAsync(CancellationToken.None);
            },
            CancellationToken.None);
        await app.StartAsync();
        return new AccountsApp(app, postgres, database, time, log, owned);
    }

    private static WebApplication Build(string connectionString, FakeTimeProvider time, LogLines log, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { ApplicationName = "BackupApp", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(
        [
            new("BackupApp:MasterKey", MasterKeyText),
            new("BackupApp:Roles", "web"),
            new("BackupApp:Accounts:SignInsPerMinute", "100000"),
            new("BackupApp:Accounts:PasswordHashRounds", "1000"),
        ]);
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
        builder.AddRooms(connectionString, new DataDirectory(Unused));
        builder.AddAccounts();
        builder.AddPages();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        builder.Services.AddSingleton<IBackgroundJobClient>(new SentMessages());
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        var app = builder.Build();
        app.UsePages();
        // Stand-ins for what others map; Hangfire itself keeps its logger in a static, which
        // several applications in one process would fight over.
        foreach (var path in (string[])
            ["/Samples", "/Samples/Edit", "/Users/Samples", "/Account/Samples", "/hangfire", "/files/sample", "/health/sample"])
            app.MapMethods(path, ["GET", "POST"], () => Results.Ok());
        foreach (var path in (string[])
            [
                "/api/v1/samples", "/api/v1/users/samples", "/api/v1/backups/{jobId}",
                "/api/v1/datasources/{datasourceId}/backups/{jobId}",
                "/api/v1/datasources/{datasourceId}/backups/run-now",
            ])
            app.MapMethods(path, ["GET", "POST", "DELETE"], () => Results.Ok());
        app.MapGet(
            "/api/v1/actor",
            (CurrentActor actor) =>
                string.Join(' ', actor.Value.Type, actor.Value.Id, actor.Value.Name, actor.Value.Ip, actor.Value.UserAgent));
        app.MapGet("/policy", () => Results.Ok()).RequireAuthorization(AccessRules.Administer);
        return app;
    }
}

/// <summary>One start for all tests of a class. Lazy, so that a missing server skips tests instead of breaking the class.</summary>
public sealed class AccountsFixture : IAsyncDisposable
{
    private Task<AccountsApp>? _app;

    internal Task<AccountsApp> AppAsync() => _app ??= AccountsApp.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is { IsCompletedSuccessfully: true })
            await (await _app).DisposeAsync();
    }
}
