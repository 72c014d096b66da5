using Npgsql;

namespace BackupApp.E2E.Support;

/// <summary>
/// What the scenarios need around BackupApp, named in the environment; scripts/test starts it.
/// Without it they are skipped on a laptop and fail where CI is set.
/// </summary>
public static class Servers
{
    public static string? Chromium { get; } = Read("CHROMIUM");

    /// <summary>Npgsql connection string of a superuser, by TCP with a password.</summary>
    public static string? Postgres { get; } = Read("POSTGRES");

    public static Uri S3Endpoint { get; } = new(Read("S3_ENDPOINT") ?? "http://127.0.0.1");

    public static string S3AccessKey { get; } = Read("S3_ACCESS_KEY") ?? "";

    public static string S3SecretKey { get; } = Read("S3_SECRET_KEY") ?? "";

    public static void RequireBrowserAndPostgres()
    {
        Require(Chromium, "CHROMIUM");
        Require(Postgres, "POSTGRES");
    }

    public static void RequireS3() => Require(Read("S3_ENDPOINT"), "S3_ENDPOINT");

    /// <summary>The server's address and superuser, with another database.</summary>
    public static NpgsqlConnectionStringBuilder PostgresSettings(string? database = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(Postgres) { Pooling = false };
        settings.Database = database ?? settings.Database;
        return settings;
    }

    public static async Task<T?> SqlAsync<T>(string? database, string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(PostgresSettings(database).ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return (T?)await command.ExecuteScalarAsync();
    }

    public static string Quote(string name) => new NpgsqlCommandBuilder().QuoteIdentifier(name);

    private static void Require(string? value, string name)
    {
        if (value is not null)
            return;
        Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, $"Set BACKUPAPP_TEST_{name}, or run scripts/test.");
        Assert.Fail($"BACKUPAPP_TEST_{name} is not set.");
    }

    private static string? Read(string name) =>
        Environment.GetEnvironmentVariable($"BACKUPAPP_TEST_{name}") is { Length: > 0 } value ? value : null;
}
