using Npgsql;

namespace BackupApp.DataSources;

/// <summary>Tries a data source's login for real and explains what it finds.</summary>
public sealed class PostgresConnectionTest(PostgresConnector connector, PostgresLogin login, TimeProvider time)
{
    /// <summary>A login that takes longer counts as <see cref="ConnectionTestCode.Timeout"/>.</summary>
    public static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ListLimit = TimeSpan.FromSeconds(2);

    /// <summary>Never throws for anything that is wrong with the connection.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ConnectionTestResult> TestAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var (session, server) = await login.OpenAsync(connection, LoginLimit, cancellationToken);
            await using (session)
                return await JudgeAsync(session, server, time.GetElapsedTime(started), cancellationToken);
        }
        catch (ConnectException e)
        {
            var latency = time.GetElapsedTime(started);
            var others = e.Code == ConnectionTestCode.DatabaseNotFound ? await OtherDatabasesAsync(connection, cancellationToken) : null;
            return new(e.Code, e.Message, others is null ? e.Advice : $"{e.Advice} {others}", latency, null);
        }
    }

    private static async Task<ConnectionTestResult> JudgeAsync(
        PostgresSession session, ServerInfo server, TimeSpan latency, CancellationToken cancellationToken)
    {
        MissingRights? missing;
        string? advice = server.Pooled
            ? "A connection pooler answers here. Give the server's direct port (often 5432): a pooler can break a long dump."
            : null;
        try
        {
            missing = await PostgresRights.FindAsync(session.Connection, server.Major, cancellationToken);
        }
        catch (NpgsqlException)
        {
            // Too many tables to check in time, or a server that is only like PostgreSQL. pg_dump itself will tell.
            missing = null;
            advice = $"{advice} Whether the role may read everything could not be checked.".TrimStart();
        }

        var sized = server with { DatabaseSize = await PostgresInspection.SizeAsync(session.Connection, cancellationToken) };
        return missing is not null
            ? new(ConnectionTestCode.PrivilegesMissing, missing.Message, missing.Advice, latency, sized)
            : new(ConnectionTestCode.Ok, $"Connected to PostgreSQL {server.Version}.", advice, latency, sized);
    }

    // Best effort, by way of the database that nearly every server has.
    private async Task<string?> OtherDatabasesAsync(DatabaseConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var session = await connector.OpenAsync(connection with { Database = "postgres" }, ListLimit, cancellationToken);
            var names = await PostgresInspection.DatabasesAsync(session.Connection, cancellationToken);
            return names.Count == 0 ? null : $"This role can connect to: {string.Join(", ", names)}.";
        }
        catch (Exception e) when (e is ConnectException or NpgsqlException)
        {
            return null;
        }
    }
}
