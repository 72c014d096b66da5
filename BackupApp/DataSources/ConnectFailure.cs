using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace BackupApp.DataSources;

/// <summary>Turns what the network, TLS or the server reported into a code, a sentence and an advice. It never reads error texts.</summary>
internal sealed class ConnectFailure(DatabaseConnection connection, bool inContainer, TimeSpan limit)
{
    private string Target => string.Create(CultureInfo.InvariantCulture, $"{connection.Host} port {connection.Port}");

    public async Task<ConnectException> ExplainAsync(Exception e, PostgresAttempt attempt, CancellationToken cancellationToken)
    {
        if (e is PostgresException refused)
            return await WantsTlsAsync(refused, attempt, cancellationToken) ? TlsRequired(refused) : ServerRefusal.Of(refused, connection);
        if (Find<SocketException>(e) is { } socket)
        {
            // With TLS 1.3 a server judges the client's certificate after the handshake, and its hanging up may overtake its alert.
            var hungUp = socket.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown;
            return hungUp && attempt.Check.Reached && connection.Secrets.ClientCertificatePem is not null
                ? Handshake(attempt.Check)
                : Of(socket, attempt.Address);
        }
        if (e is TimeoutException || e.InnerException is TimeoutException)
            return TimedOut();
        if (attempt.Check.Refused != SslPolicyErrors.None)
            return CertificateRefused(attempt.Check);

        var greeting = await PostgresGreetings.AskAsync(attempt.Address, connection.Port, cancellationToken);
        if (greeting == PostgresGreeting.NoTls && connection.TlsMode >= TlsMode.Require)
        {
            return new(ConnectionTestCode.TlsError, "The server does not offer TLS, which this data source requires.",
                "Switch TLS on at the server (ssl = on, with a certificate), or choose TLS mode \"disable\" if the network in between is trusted.");
        }

        if (greeting == PostgresGreeting.Other)
        {
            return new(ConnectionTestCode.ServerError, $"What answers at {Target} is not a PostgreSQL server, or it closed the connection.",
                "Check host and port. A proxy or firewall in between may also be at fault.")
            { Transient = true };
        }

        return Find<AuthenticationException>(e) is not null || Find<IOException>(e) is not null ? Handshake(attempt.Check) : Login();
    }

    public ConnectException Of(SocketException e, IPAddress? address) => e.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            Unreachable(e, $"The name {connection.Host} cannot be resolved.", NameAdvice()),
        SocketError.TimedOut => TimedOut(),
        SocketError.ConnectionRefused => Unreachable(e, $"Nothing listens at {Target}.", RefusedAdvice(address)),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
            Unreachable(e, $"There is no network route to {connection.Host}.", "Check the address, and the network and firewall between this server and the database."),
        _ => Unreachable(e, $"The connection to {Target} broke off.", "Check host, port and firewalls; the server's own log may say more."),
    };

    public ConnectException TimedOut() => new(
        ConnectionTestCode.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"{Target} did not answer within {limit.TotalSeconds:0.#} s."),
        "A firewall or security group that silently drops packets is the usual cause: allow this server's address to reach the port. The address may also be wrong, or the server overloaded.")
    { Transient = true };

    // With the same rules, a server answers 28000 to "no encryption" and to an unknown client. Only trying it encrypted tells them apart.
    private async Task<bool> WantsTlsAsync(PostgresException refused, PostgresAttempt attempt, CancellationToken cancellationToken)
    {
        if (connection.TlsMode != TlsMode.Disable || refused.SqlState != PostgresErrorCodes.InvalidAuthorizationSpecification)
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

    private ConnectException CertificateRefused(TlsCheck check)
    {
        if (check.Refused == SslPolicyErrors.RemoteCertificateNameMismatch)
        {
            return new(ConnectionTestCode.TlsError, $"The server's certificate is not made out to {connection.Host}.",
                "Use the host name that is in the certificate, or have the certificate renewed with this name. TLS mode \"verify-ca\" checks only who issued it.");
        }

        if (check.ChainStatus.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return new(ConnectionTestCode.TlsError, "The server's certificate, or its authority's, has expired or is not valid yet.",
                "Renew the certificate at the server, or correct the clock of either machine.");
        }

        return string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem)
            ? new(ConnectionTestCode.TlsError, "The server's certificate is self-signed or comes from an authority that this server does not know.",
                "Paste the certificate of the authority that issued it (or the self-signed certificate itself) as CA certificate, in PEM form.")
            : new(ConnectionTestCode.TlsError, "The server's certificate was not issued by the pasted CA certificate.",
                "Paste the root certificate of the authority that issued it, together with any intermediate ones.");
    }

    private ConnectException Handshake(TlsCheck check) => check.Reached && connection.Secrets.ClientCertificatePem is not null
        ? new(ConnectionTestCode.TlsError, "The server broke off the TLS handshake after the client certificate was shown.",
            "The server must trust the authority that issued the client certificate (its ssl_ca_file), and the certificate must not have expired.")
        : new(ConnectionTestCode.TlsError, "The TLS handshake with the server failed.",
            "Server and client found no common TLS version or cipher, or the server asks for a client certificate. TLS 1.2 or newer is needed.");

    private ConnectException Login() => string.IsNullOrEmpty(connection.Secrets.Password)
        ? new(ConnectionTestCode.AuthFailed, $"The server asks for a password, and none is stored for \"{connection.Username}\".", "Enter the role's password.")
        : new(ConnectionTestCode.AuthFailed, "The server's way to check passwords could not be used.",
            "Set channel_binding to \"prefer\", and password_encryption to scram-sha-256 at the server; Kerberos, SSPI and LDAP variants with extra steps are not supported.");

    private static ConnectException Unreachable(SocketException e, string message, string advice) =>
        new(ConnectionTestCode.NetworkUnreachable, message, advice, e) { Transient = true };

    private string NameAdvice() => inContainer
        ? "Check the spelling. From inside a container, names of the machine around it or of other networks may not be known; use host.docker.internal for the machine itself."
        : "Check the spelling, and that this server's DNS knows the name.";

    private string RefusedAdvice(IPAddress? address) => inContainer && address is not null && IPAddress.IsLoopback(address)
        ? "Inside a container this address is the container itself. For a database on the machine around it use the host host.docker.internal (with docker run --add-host=host.docker.internal:host-gateway on Linux)."
        : "Check host and port, that the server runs, and that it listens on this address (listen_addresses in postgresql.conf).";

    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }
}
