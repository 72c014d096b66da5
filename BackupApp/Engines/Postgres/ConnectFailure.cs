using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace BackupApp.Engines.Postgres;

/// <summary>Turns what the network, TLS or the server reported into a code, a sentence and an advice. It never reads error texts.</summary>
internal sealed class ConnectFailure(DatabaseConnection connection, bool inContainer, TimeSpan limit)
    : NetworkFailure(connection, inContainer, limit, "listen_addresses in postgresql.conf")
{
    public async Task<ConnectException> ExplainAsync(Exception e, PostgresAttempt attempt, CancellationToken cancellationToken)
    {
        if (e is PostgresException refused)
            return await WantsTlsAsync(refused, attempt, cancellationToken) ? TlsRequired(refused) : ServerRefusal.Of(refused, Connection);
        if (Find<SocketException>(e) is { } socket)
        {
            // With TLS 1.3 a server judges the client's certificate after the handshake, and its hanging up may overtake its alert.
            var hungUp = socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown;
            return hungUp && attempt.Check.Reached && Connection.Secrets.ClientCertificatePem is not null
                ? Handshake(attempt.Check)
                : Of(socket, attempt.Address);
        }
        if (e is TimeoutException || e.InnerException is TimeoutException)
            return TimedOut();
        if (attempt.Check.Refused != SslPolicyErrors.None)
            return CertificateRefused(attempt.Check);

        var greeting = await PostgresGreetings.AskAsync(attempt.Address, Connection.Port, cancellationToken);
        if (greeting == PostgresGreeting.NoTls && Connection.TlsMode >= TlsMode.Require)
        {
            return new(ConnectionTestCode.TlsError, "The server does not offer TLS, which this data source requires.",
                "Switch TLS on at the server (ssl = on, with a certificate), "
                + "or choose TLS mode \"disable\" if the network in between is trusted.");
        }

        if (greeting == PostgresGreeting.Other)
        {
            return new(ConnectionTestCode.ServerError, $"What answers at {Target} is not a PostgreSQL server, or it closed the connection.",
                "Check host and port. A proxy or firewall in between may also be at fault.")
            { Transient = true };
        }

        return Find<AuthenticationException>(e) is not null || Find<IOException>(e) is not null
            ? Handshake(attempt.Check)
            : await LoginAsync(attempt, cancellationToken);
    }

    // With the same rules, a server answers 28000 to "no encryption" and to an unknown client. Only trying it encrypted tells them apart.
    private async Task<bool> WantsTlsAsync(PostgresException refused, PostgresAttempt attempt, CancellationToken cancellationToken)
    {
        if (Connection.TlsMode != TlsMode.Disable || refused.SqlState != PostgresErrorCodes.InvalidAuthorizationSpecification)
            return false;
        try
        {
            await using var session = await attempt.OpenAsync(encrypted: true, cancellationToken);
            return true;
        }
        catch (PostgresException e)
        {
            return e.SqlState != PostgresErrorCodes.InvalidAuthorizationSpecification;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static ConnectException TlsRequired(PostgresException refused) => new(
        ConnectionTestCode.TlsError, "The server accepts this login only over an encrypted connection.",
        "Choose TLS mode \"require\", or better \"verify-full\".")
    { SqlState = refused.SqlState };

    private ConnectException Handshake(TlsCheck check) => check.Reached && Connection.Secrets.ClientCertificatePem is not null
        ? new(ConnectionTestCode.TlsError, "The server broke off the TLS handshake after the client certificate was shown.",
            "The server must trust the authority that issued the client certificate (its ssl_ca_file), "
            + "and the certificate must not have expired.")
        : new(ConnectionTestCode.TlsError, "The TLS handshake with the server failed.",
            "Server and client found no common TLS version or cipher, or the server asks for a client certificate. "
            + "TLS 1.2 or newer is needed.");

    private async Task<ConnectException> LoginAsync(PostgresAttempt attempt, CancellationToken cancellationToken) =>
        (Connection.GuardsPassword() ? await attempt.AskedForAsync(cancellationToken) : PasswordRequest.Other) switch
        {
            PasswordRequest.ClearText => new(ConnectionTestCode.AuthFailed,
                "The server asks for the password in the clear, and nothing proves that it is the right server: the password was not sent.",
                "Choose TLS mode \"verify-full\" (with the authority's certificate where it is not a public one), "
                + "or let the server ask for scram-sha-256 in its pg_hba.conf."),
            PasswordRequest.None => new(ConnectionTestCode.AuthFailed,
                "The server lets everybody in without asking for the password, so that nothing proves that it is the right server.",
                "Let it ask for scram-sha-256 in its pg_hba.conf, choose TLS mode \"verify-full\", "
                + "or add the data source without a password."),
            _ => Login(),
        };

    private ConnectException Login() => string.IsNullOrEmpty(Connection.Secrets.Password)
        ? new(
            ConnectionTestCode.AuthFailed,
            $"The server asks for a password, and none is stored for \"{Connection.Username}\".",
            "Enter the role's password.")
        : new(ConnectionTestCode.AuthFailed, "The server's way to check passwords could not be used.",
            "Set channel_binding to \"prefer\", and password_encryption to scram-sha-256 at the server; "
            + "Kerberos, SSPI and LDAP variants with extra steps are not supported.");
}
