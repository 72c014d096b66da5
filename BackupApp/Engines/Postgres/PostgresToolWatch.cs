using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// A login of ours beside a tool's. It comes first, so that it also finds out whether the server asks for the
/// password in the clear; then it asks the server what the tool's own connection is, until that is seen, and goes.
/// </summary>
internal sealed class PostgresToolWatch : IToolWatch
{
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
            if (server.Server.Pooled || server.Server.SharedConnections || !await ServerPlaces.AreLeftAsync(session, cancellationToken))
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
        _seen = await ToolLook.AskAsync(
            session, applicationName, _told.Protection == ConnectionProtection.Verified, _stop.Token);
        await session.EndAsync();
    }
}
