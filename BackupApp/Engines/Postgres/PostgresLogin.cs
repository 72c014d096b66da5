using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>Logs in and refuses servers that cannot or must not be backed up: too new for the tools, or this application's own database.</summary>
public sealed class PostgresLogin(PostgresConnector connector, PgTools tools, OwnDatabaseProbe own)
{
    /// <param name="limit">For login and first questions together.</param>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async Task<(PostgresSession Session, ServerInfo Server)> OpenAsync(
        DatabaseConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(limit);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var session = await connector.OpenIdleAsync(connection, limit, cancellationToken);
        try
        {
            var server = await AskAsync(connection, session, linked.Token);
            return (session, server);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await session.DisposeAsync();
            throw new ConnectFailure(connection, false, limit).TimedOut();
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async Task<ServerInfo> AskAsync(DatabaseConnection connection, PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.BeginAsync(cancellationToken);
            var server = await PostgresInspection.ReadAsync(session, connection.Parameters.GetValueOrDefault("target_session_attrs"), cancellationToken);
            if (await own.ReadAsync(cancellationToken) is { } mine && mine == await OwnDatabase.ReadAsync(session.Connection, cancellationToken))
            {
                throw new ConnectException(ConnectionTestCode.OwnDatabase, "This is the database in which BackupApp keeps its own data.",
                    "Choose another database. BackupApp's own is saved with its data directory or by the server's own means.");
            }

            if (!tools.CanDump(server.Major))
            {
                throw new ConnectException(ConnectionTestCode.ServerVersionUnsupported,
                    string.Create(CultureInfo.InvariantCulture, $"The server is PostgreSQL {server.Major}, and no installed pg_dump can read it (installed: {tools.InstalledForPeople})."),
                    string.Create(CultureInfo.InvariantCulture, $"Install the PostgreSQL {server.Major} client tools or newer ones where BackupApp runs (package postgresql-client-{server.Major})."));
            }

            return server;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new ConnectException(ConnectionTestCode.PrivilegesMissing, "The role may log in but not read the server's own catalogue.",
                "Give back to PUBLIC the rights on pg_catalog that were revoked: pg_dump needs them too.")
            { SqlState = e.SqlState };
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, connection);
        }
    }
}
