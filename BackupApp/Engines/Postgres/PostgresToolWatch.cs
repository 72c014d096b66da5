using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// A login of ours beside a tool's. It comes first, so that it also finds out whether the server asks for the
/// password in the clear; then it asks the server what the tool's own connection is, until that is seen, and goes.
/// </summary>
internal sealed class PostgresToolWatch : IToolWatch
{
    /// <summary>Places that must be left on the server: the tool's own, and some for others.</summary>
    private const int FewestFree = 3;

    private const string Room = """
        SELECT least(
            current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
            (SELECT nullif(rolconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE usename = current_user)
                FROM pg_roles WHERE rolname = current_user),
            (SELECT nullif(datconnlimit, -1) - (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())
                FROM pg_database WHERE datname = current_database()))
        """;

    // The tool's, and perhaps those of a run that began in the same moment: only where all are alike it is known.
    private const string Look = """
        SELECT bool_and(tls.ssl), bool_or(tls.ssl), min(tls.version)
        FROM pg_stat_activity tool
        JOIN pg_stat_ssl tls USING (pid)
        JOIN pg_stat_activity mine ON mine.pid = pg_backend_pid() AND tool.pid <> mine.pid
            AND tool.backend_start >= mine.backend_start AND tool.client_addr IS NOT DISTINCT FROM mine.client_addr
        WHERE tool.application_name = $1 AND tool.usename = session_user
        """;

    private static readonly TimeSpan LoginLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Seldom = TimeSpan.FromMilliseconds(250);

    // A tool that has not connected by then has other troubles, and tells them.
    private static readonly TimeSpan LookLimit = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ToolConnection _told;
    private readonly TimeProvider _time;
    private Task _looking = Task.CompletedTask;
    private volatile ToolConnection? _seen;

    private PostgresToolWatch(ToolConnection told, TimeProvider time)
    {
        _told = told;
        _time = time;
    }

    public ToolConnection Connection => _seen ?? _told;

    /// <param name="mustLogIn">
    /// The tool could not refuse a request for the password in the clear: it may only start after a login that did.
    /// </param>
    /// <exception cref="ConnectException">It did not work, and had to.</exception>
    public static async Task<PostgresToolWatch> StartAsync(
        PostgresConnector connector,
        DatabaseConnection connection,
        ConnectedServer server,
        string applicationName,
        bool mustLogIn,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var watch = new PostgresToolWatch(Told(connection), time);
        try
        {
            var session = await connector.OpenIdleAsync(connection, LoginLimit, cancellationToken, server.Address);

            // Behind a pooler the server's connections are the pooler's own.
            if (server.Server.Pooled || server.Server.SharedConnections || !await HasRoomAsync(session, cancellationToken))
                await session.DisposeAsync();
            else
                watch._looking = Task.Run(() => watch.LookAsync(session, applicationName), CancellationToken.None);
        }
        catch (ConnectException) when (!mustLogIn)
        {
            // The tool will say itself what is wrong. What it was told is known all the same.
        }

        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    // libpq enforces these modes: it takes no other connection. Only with "prefer" the server has the choice.
    private static ToolConnection Told(DatabaseConnection connection) => connection.TlsMode switch
    {
        TlsMode.Disable => new(ConnectionProtection.Unencrypted),
        TlsMode.Prefer => new(ConnectionProtection.Unknown),
        _ => ToolConnection.Encrypted(connection.VerifiesServer()),
    };

    private static async Task<bool> HasRoomAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.BeginAsync(cancellationToken);
            await using var command = new NpgsqlCommand(Room, session.Connection);
            var free = await command.ExecuteScalarAsync(cancellationToken) as long?;
            await session.EndAsync();
            return free >= FewestFree;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task LookAsync(PostgresSession session, string applicationName)
    {
        var started = _time.GetTimestamp();
        await using (session)
        {
            try
            {
                while (_seen is null && _time.GetElapsedTime(started) < LookLimit)
                {
                    await LookOnceAsync(session, applicationName);
                    if (_seen is null)
                        await Task.Delay(_time.GetElapsedTime(started) < TimeSpan.FromSeconds(2) ? Often : Seldom, _time, _stop.Token);
                }
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                return; // Not seen.
            }
        }
    }

    // In a transaction of its own each time: within one the server shows what it was at its beginning.
    private async Task LookOnceAsync(PostgresSession session, string applicationName)
    {
        await session.BeginAsync(_stop.Token);
        _seen = await AskAsync(session, applicationName);
        await session.EndAsync();
    }

    private async Task<ToolConnection?> AskAsync(PostgresSession session, string applicationName)
    {
        await using var command = new NpgsqlCommand(Look, session.Connection) { Parameters = { new() { Value = applicationName } } };
        await using var reader = await command.ExecuteReaderAsync(_stop.Token);
        if (!await reader.ReadAsync(_stop.Token)
            || await reader.IsDBNullAsync(0, _stop.Token)
            || reader.GetBoolean(0) != reader.GetBoolean(1))
            return null;
        if (!reader.GetBoolean(0))
            return new(ConnectionProtection.Unencrypted);
        var protocol = await reader.IsDBNullAsync(2, _stop.Token) ? null : reader.GetString(2);
        return ToolConnection.Encrypted(_told.Protection == ConnectionProtection.Verified, protocol);
    }
}
