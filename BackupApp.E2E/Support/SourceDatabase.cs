using Npgsql;

namespace BackupApp.E2E.Support;

/// <summary>A database that somebody wants to back up, with a role whose password is full of what breaks connection strings.</summary>
public sealed class SourceDatabase : IAsyncDisposable
{
    public const string Password = """p:@/%'"\ äß&=?#""";

    private SourceDatabase(string name) => Name = name;

    /// <summary>Of the database, and of the role that owns it.</summary>
    public string Name { get; }

    public string Host { get; } = Servers.PostgresSettings().Host!;

    public int Port { get; } = Servers.PostgresSettings().Port;

    public string Uri => $"postgresql://{Name}:{System.Uri.EscapeDataString(Password)}@{Host}:{Port}/{Name}";

    public static async Task<SourceDatabase> CreateAsync(int rows = 20_000)
    {
        var source = new SourceDatabase($"shop_{Guid.NewGuid():N}"[..16]);
        await Servers.SqlAsync<object>(
            null, $"CREATE ROLE {source.Name} LOGIN PASSWORD '{Password.Replace("'", "''", StringComparison.Ordinal)}'");
        await Servers.SqlAsync<object>(null, $"CREATE DATABASE {source.Name} OWNER {source.Name}");
        await Servers.SqlAsync<object>(
            source.Name,
            $"""
            SET ROLE {source.Name};
            CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL, placed_at timestamptz NOT NULL, items jsonb NOT NULL);
            INSERT INTO orders SELECT i, 'customer ' || i, now(),
                jsonb_build_object('sku', md5(i::text), 'count', i % 7) FROM generate_series(1, {rows}) i;
            """);
        return source;
    }

    /// <summary>Keeps a dump waiting until the answer is disposed.</summary>
    public async Task<IAsyncDisposable> HoldDumpsAsync()
    {
        var connection = new NpgsqlConnection(Servers.PostgresSettings(Name).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Servers.SqlAsync<object>(null, $"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
        await Servers.SqlAsync<object>(null, $"DROP ROLE IF EXISTS {Name}");
    }
}
