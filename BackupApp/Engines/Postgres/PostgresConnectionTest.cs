using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>Tries a data source's login for real and explains what it finds.</summary>
public sealed class PostgresConnectionTest(
    PostgresConnector connector, PostgresLogin login, PostgresServerTest wholeServer, TimeProvider time)
{
    /// <summary>A login that takes longer counts as <see cref="ConnectionTestCode.Timeout"/>.</summary>
    public static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan ListLimit = TimeSpan.FromSeconds(2);

    /// <summary>Never throws for anything that is wrong with the connection.</summary>
    /// <param name="selection">What is to be backed up: only that must be readable.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ConnectionTestResult> TestAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var (session, server, latency) = await login.OpenAsync(connection, selection, LoginLimit, cancellationToken);
            await using (session)
            {
                return selection.Scope == SourceScope.Server
                    ? await wholeServer.JudgeAsync(connection, session, server, selection, latency, cancellationToken)
                    : await JudgeAsync(session, server, selection, latency, cancellationToken);
            }
        }
        catch (ConnectException e)
        {
            var latency = time.GetElapsedTime(started);
            var others = e.Code == ConnectionTestCode.DatabaseNotFound ? await OtherDatabasesAsync(connection, cancellationToken) : null;
            return new(e.Code, e.Message, others is null ? e.Advice : $"{e.Advice} {others}", latency, null)
            {
                WeakerTlsMayWork = e.WeakerTlsMayWork,
            };
        }
    }

    private static async Task<ConnectionTestResult> JudgeAsync(
        PostgresSession session, ServerInfo server, DumpSelection selection, TimeSpan latency, CancellationToken cancellationToken)
    {
        var found = await PostgresFindings.OfAsync(session.Connection, selection, server.Major, cancellationToken);
        var sized = server with { DatabaseSize = await PostgresInspection.SizeAsync(session.Connection, cancellationToken) };
        return found.Code != ConnectionTestCode.Ok
            ? new(found.Code, found.Message!, found.Advice, latency, sized)
            : new(
                ConnectionTestCode.Ok,
                $"Connected to PostgreSQL {server.Version}.",
                PostgresFindings.Join(PostgresFindings.OfPooler(server), found.Advice),
                latency,
                sized);
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
