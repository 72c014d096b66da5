using System.Net;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Network;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Tests.Support;

/// <summary>
/// The PostgreSQL server of the tests, named by <c>BACKUPAPP_TEST_POSTGRES</c> (a superuser's Npgsql connection
/// string, by TCP with a password). Databases and roles made here get a unique name and go with the fixture.
/// </summary>
public sealed class TestPostgres : IAsyncDisposable
{
    public const string Variable = "BACKUPAPP_TEST_POSTGRES";

    private readonly NpgsqlConnectionStringBuilder _settings;
    private readonly List<string> _drops = [];

    private TestPostgres(string connectionString) => _settings = new(connectionString)
    {
        Pooling = false,
        // Dropping a database waits for a checkpoint, and the tests beside this one write a lot.
        CommandTimeout = 180,
        // Newcomers queue behind a database that is being renamed, and all stand still where the machine does.
        Timeout = 60,
    };

    public string SuperuserPassword => _settings.Password!;

    public string Superuser => _settings.Username!;

    public int Port => _settings.Port;

    /// <summary>The superuser's, without a pool that would outlive the database.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Database = database }.ConnectionString;

    /// <summary>
    /// The same with a small pool, for the application's own databases: most of what a test asks one is cheaper than a login.
    /// </summary>
    public string PooledConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(_settings.ConnectionString)
        {
            Database = database,
            Pooling = true,
            ConnectionIdleLifetime = 30,
        }.ConnectionString;

    /// <summary>For PostgreSQL's own tools.</summary>
    public Dictionary<string, string> ToolEnvironment => new()
    {
        ["PGHOST"] = _settings.Host!,
        ["PGPORT"] = $"{_settings.Port}",
        ["PGUSER"] = _settings.Username!,
        ["PGPASSWORD"] = SuperuserPassword,
    };

    /// <summary>Skips the test when there is no server; fails it in CI.</summary>
    public static TestPostgres Require()
    {
        var connectionString = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(connectionString) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
            Assert.Skip($"No PostgreSQL server: set {Variable}, or run scripts/test.");
        return new(connectionString ?? throw new InvalidOperationException($"{Variable} is not set."));
    }

    public static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    public async Task<string> CreateDatabaseAsync(string prefix = "test", string? sql = null)
    {
        var name = Drop($"{prefix}_{Guid.NewGuid():N}");
        await ExecuteAsync($"CREATE DATABASE {Quote(name)} TEMPLATE template0 ENCODING 'UTF8'");
        if (sql is not null)
            await ExecuteAsync(sql, name);
        return name;
    }

    /// <summary>For the application's own data: its tables are there already.</summary>
    public async Task<string> CreateMigratedDatabaseAsync(string prefix)
    {
        var name = Drop($"{prefix}_{Guid.NewGuid():N}");
        // Copied as files: by way of the log, which is the default, it takes three times as much of a processor.
        await ExecuteAsync($"CREATE DATABASE {Quote(name)} TEMPLATE {Quote(await MigratedTemplate.NameAsync())} STRATEGY FILE_COPY");
        return name;
    }

    /// <summary>Has a database, made by somebody else, dropped in the end.</summary>
    public string Drop(string database)
    {
        _drops.Insert(0, $"DROP DATABASE IF EXISTS {Quote(database)} WITH (FORCE)");
        return database;
    }

    /// <param name="options">What it may do besides logging in.</param>
    public async Task<string> CreateRoleAsync(string prefix, string password, string options = "SUPERUSER")
    {
        var name = $"{prefix}_{Guid.NewGuid():N}";
        var literal = password.Replace("'", "''", StringComparison.Ordinal);
        await ExecuteAsync($"CREATE ROLE {Quote(name)} LOGIN PASSWORD '{literal}' {options}");
        _drops.Add($"DROP ROLE {Quote(name)}");
        return name;
    }

    public DatabaseConnection Connection(string database, string? username = null, string? password = null) => new(
        Engine.Postgres, _settings.Host!, _settings.Port, database, username ?? _settings.Username!, TlsMode.Prefer,
        new Dictionary<string, string>(), new ConnectionSecrets(password ?? SuperuserPassword));

    public async Task<NpgsqlConnection> OpenAsync(string? database = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Database = database ?? _settings.Database };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    public Task ExecuteAsync(string sql, string? database = null) => ScalarAsync<object>(sql, database);

    public async Task<T?> ScalarAsync<T>(string sql, string? database = null)
    {
        await using var connection = database is null ? await OpenKeptAsync() : await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (T?)await command.ExecuteScalarAsync();
    }

    // Sessions of the server's own database hinder nobody who drops another one: they are kept, a login each time would cost more than
    // most of what is asked. For single statements only: what a session holds, a kept one holds until somebody takes it again.
    private async Task<NpgsqlConnection> OpenKeptAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(_settings.ConnectionString) { Pooling = true };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    /// <summary>Lists databases for an application that keeps its own elsewhere.</summary>
    public static PostgresDatabases Databases { get; } =
        new(
            new PostgresConnector(Options.Create(new NetworkOptions())),
            new OwnDatabaseProbe(_ => throw new NpgsqlException("There is none.")));

    public async Task<ConnectedServer> ServerAsync()
    {
        await using var connection = await OpenAsync();
        return new(new(connection.ServerVersion, connection.PostgreSqlVersion.Major, null, false, false, null), IPAddress.Loopback);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sql in _drops)
            await ExecuteAsync(sql);
    }
}
