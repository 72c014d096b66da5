using BackupApp.Data;
using BackupApp.Secrets;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupApp.Tests.Support;

/// <summary>
/// An application's database of its own, brought up to date, with an open key ring. For tests of features without the app around them.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TestPostgres _postgres;

    private TestDatabase(TestPostgres postgres, string connectionString) => (_postgres, ConnectionString) = (postgres, connectionString);

    public string ConnectionString { get; }

    public SecretBox Secrets { get; } = new();

    /// <summary>Skips the test where there is no server.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var postgres = TestPostgres.Require();
        var database = new TestDatabase(postgres, postgres.PooledConnectionString(await postgres.CreateMigratedDatabaseAsync("feature")));
        await using var db = database.Open();
        await database.Secrets.OpenAsync(db, Key(), TimeProvider.System, CancellationToken.None);
        return database;
    }

    public AppDbContext Open() => new(new DbContextOptionsBuilder<AppDbContext>().UseNpgsql(ConnectionString).Options);

    /// <param name="fill">Of all its 32 bytes.</param>
    public static MasterKey Key(byte fill = 7)
    {
        var text = Convert.ToBase64String(Enumerable.Repeat(fill, MasterKey.Length).ToArray());
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["BackupApp:MasterKey"] = text })
            .Build();
        return MasterKey.Load(configuration, new DataDirectory("/nowhere"), embedded: false);
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();
}
