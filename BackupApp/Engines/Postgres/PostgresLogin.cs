using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Logs in and refuses servers that cannot or must not be backed up: too new for the tools, this
/// application's own database, or behind a pooler whose other clients a backup would harm.
/// </summary>
public sealed class PostgresLogin(PostgresConnector connector, PgTools tools, OwnDatabaseProbe own)
{
    /// <param name="selection">May allow a pooler that shares connections.</param>
    /// <param name="limit">For login and first questions together; to find out about poolers takes up to 5 s more.</param>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    internal async Task<LoggedIn> OpenAsync(
        DatabaseConnection connection, DumpSelection selection, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var timer = new CancellationTokenSource(limit);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        var session = await connector.OpenIdleAsync(connection, limit, cancellationToken);
        try
        {
            var server = await AskAsync(connection, session, linked.Token);
            var latency = Stopwatch.GetElapsedTime(started);
            var shared = await AreSharedAsync(connection, session, cancellationToken);
            if (shared && !selection.AllowSharedConnections)
                throw Refusal;
            return new(session, server with { SharedConnections = shared }, latency);
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

    private static ConnectException Refusal => new(
        ConnectionTestCode.TransactionPooler,
        "A pooler in transaction mode answers here: it gives its server connections to other clients after each transaction, "
        + "and a backup through it would harm those.",
        $"{SharedConnections.Harm} Give the server's own port (often 5432, where poolers have 6432 or 6543), or a pooler in session mode. "
        + "Where there is no other way, this data source can allow it knowingly.");

    private static async Task<bool> AreSharedAsync(
        DatabaseConnection connection, PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.RollbackAsync(cancellationToken);
            var shared = await SharedConnections.AreSharedAsync(connection, session, cancellationToken);
            await session.BeginAsync(cancellationToken);
            return shared;
        }
        catch (NpgsqlException e)
        {
            throw ServerRefusal.AfterLogin(e, connection);
        }
    }

    private async Task<ServerInfo> AskAsync(DatabaseConnection connection, PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.BeginAsync(cancellationToken);
            var server = await PostgresInspection.ReadAsync(
                session, connection.Parameters.GetValueOrDefault("target_session_attrs"), cancellationToken);
            if (await own.ReadAsync(cancellationToken) is { } mine
                && mine == await OwnDatabase.ReadAsync(session.Connection, cancellationToken))
            {
                throw new ConnectException(ConnectionTestCode.OwnDatabase, "This is the database in which BackupApp keeps its own data.",
                    "Choose another database. BackupApp's own is saved with its data directory or by the server's own means.");
            }

            if (!tools.CanDump(server.Major))
            {
                throw new ConnectException(ConnectionTestCode.ServerVersionUnsupported,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The server is PostgreSQL {server.Major}, and no installed pg_dump can read it (installed: "
                        + $"{tools.InstalledForPeople})."),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Install the PostgreSQL {server.Major} client tools or newer ones where BackupApp runs (package "
                        + $"postgresql-client-{server.Major})."));
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

/// <param name="Latency">From the first packet to the answer to the first questions.</param>
internal sealed record LoggedIn(PostgresSession Session, ServerInfo Server, TimeSpan Latency);
