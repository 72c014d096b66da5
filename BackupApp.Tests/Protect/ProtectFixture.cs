using BackupApp.Accounts.People;
using BackupApp.Data;
using BackupApp.Tests.Accounts;
using BackupApp.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace BackupApp.Tests.Protect;

/// <summary>The application, somebody who may add sources, and a database to add. No worker runs: what is queued stays queued.</summary>
public sealed class ProtectFixture : IAsyncLifetime
{
    private const string Password = "p:@/%ß";

    private WholeApp? _app;
    private TestPostgres? _postgres;
    private string _role = "";

    public string Email { get; private set; } = "";

    public string Database { get; private set; } = "";

    /// <summary>Another one on the same server.</summary>
    public string Beside { get; private set; } = "";

    public WholeApp App => _app ?? throw new InvalidOperationException("Call RequireAsync first.");

    public string Uri => UriOf(Database);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async Task RequireAsync()
    {
        if (_app is not null)
            return;
        _postgres = TestPostgres.Require();
        Database = await _postgres.CreateDatabaseAsync("shop", "create table orders (id int)");
        Beside = await _postgres.CreateDatabaseAsync("wiki", "create table pages (id int)");
        _role = await _postgres.CreateRoleAsync("shop", Password);
        _app = await WholeApp.StartAsync();
        Email = (await _app.CreateUserAsync(UserRole.Operator)).Email!;
    }

    public string UriOf(string database, string? password = null) =>
        $"postgresql://{_role}:{System.Uri.EscapeDataString(password ?? Password)}@127.0.0.1:{_postgres!.Port}/{database}";

    internal async Task<Visitor> SignInAsync()
    {
        var visitor = new Visitor(App.Address);
        await visitor.SignInAsync(Email);
        return visitor;
    }

    public async Task<T> ReadAsync<T>(Func<AppDbContext, Task<T>> read)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<AppDbContext>());
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }
}
