using System.Net;
using System.Net.Sockets;
using BackupApp.Network;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Logs in to a PostgreSQL server exactly as pg_dump will with the same settings: libpq's meaning of every TLS mode, no pool, and
/// neither password nor certificate from this process's environment or files.
/// </summary>
/// <remarks>
/// TLS as in libpq: <c>prefer</c> tries encryption first and falls back; <c>require</c> encrypts without checking, but checks against
/// a certificate authority where one was given; <c>verify-ca</c> and <c>verify-full</c> without an authority use the system's list. With
/// <c>prefer</c> a given authority is not looked at: libpq would answer a failed check by going on without encryption.
/// </remarks>
public sealed class PostgresConnector(IOptions<NetworkOptions> options)
{
    /// <summary>A session within its transaction, without the role's own time limits; see <see cref="PostgresLimits"/>.</summary>
    /// <param name="limit">For everything: looking up the name, connecting, TLS and login.</param>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<PostgresSession> OpenAsync(DatabaseConnection connection, TimeSpan limit, CancellationToken cancellationToken)
    {
        var session = await OpenIdleAsync(connection, limit, cancellationToken);
        try
        {
            await session.BeginAsync(cancellationToken);
            return session;
        }
        catch (Exception e)
        {
            await session.DisposeAsync();
            if (e is NpgsqlException refused)
                throw ServerRefusal.AfterLogin(refused, connection);
            throw;
        }
    }

    /// <summary>The same before its transaction: whoever asks something calls <see cref="PostgresSession.BeginAsync"/> first.</summary>
    /// <param name="at">An address that was found and checked before, not to be looked up again; null to look the name up.</param>
    internal async Task<PostgresSession> OpenIdleAsync(
        DatabaseConnection connection, TimeSpan limit, CancellationToken cancellationToken, IPAddress? at = null)
    {
        if (connection.Engine != Engine.Postgres)
            throw new ConnectException(
                ConnectionTestCode.UnsupportedEngine,
                "This data source is not a PostgreSQL database.",
                "Choose the engine PostgreSQL.");
        if (HostRules.Normalize(connection.Host, out var problem) is not { } host)
            throw new ConnectException(ConnectionTestCode.InvalidUri, problem!, "Correct the host of this data source.");

        using var timer = new CancellationTokenSource(limit);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        using var material = TlsMaterial.Load(connection.Secrets);
        var failure = new ConnectFailure(connection, options.Value.RunningInContainer, limit);
        try
        {
            var addresses = at is not null ? [at] : await OutboundHosts.ResolveAsync(host, options.Value.AllowLinkLocal, linked.Token);
            return await OpenFirstAsync(connection with { Host = host }, addresses, material, limit, linked.Token);
        }
        catch (HostRefusedException e)
        {
            throw new ConnectException(ConnectionTestCode.InvalidUri, e.Message, e.Advice);
        }
        catch (SocketException e)
        {
            throw failure.Of(e, null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw failure.TimedOut();
        }
    }

    /// <summary>Another session at the same address, with the same encryption, before its transaction.</summary>
    /// <exception cref="NpgsqlException">Or another failure of the network or the login.</exception>
    internal static async Task<PostgresSession> OpenBesideAsync(
        DatabaseConnection connection, PostgresSession first, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var material = TlsMaterial.Load(connection.Secrets);
        var host = HostRules.Normalize(connection.Host, out _) ?? connection.Host;
        return await new PostgresAttempt(
            connection with { Host = host },
            first.Address,
            material,
            PostgresSettings.Of(connection, first.Address, limit)).OpenAsync(first.Encrypted, cancellationToken);
    }

    private async Task<PostgresSession> OpenFirstAsync(
        DatabaseConnection connection, IPAddress[] addresses, TlsMaterial material, TimeSpan limit, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var last = i == addresses.Length - 1;
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            share.CancelAfter(limit / (addresses.Length - i)); // An address that swallows packets leaves time for the next.
            var attempt = new PostgresAttempt(connection, addresses[i], material, PostgresSettings.Of(connection, addresses[i], limit));
            try
            {
                return await attempt.OpenAsync(share.Token);
            }
            catch (Exception e) when (!last && IsUnreachable(e) && !cancellationToken.IsCancellationRequested)
            {
                continue;
            }
            catch (Exception e) when (e is NpgsqlException or IOException or TimeoutException)
            {
                var failure = new ConnectFailure(connection, options.Value.RunningInContainer, limit);
                throw await failure.ExplainAsync(e, attempt, cancellationToken);
            }
        }
    }

    private static bool IsUnreachable(Exception e) =>
        e is OperationCanceledException or NpgsqlException { InnerException: SocketException or TimeoutException };
}
