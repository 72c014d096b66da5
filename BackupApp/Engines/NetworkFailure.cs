using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace BackupApp.Engines;

/// <summary>What can go wrong on the way to any database: names, packets, certificates. It never reads error texts.</summary>
/// <param name="limit">How long the attempt was given.</param>
/// <param name="listening">The server's own setting for the addresses at which it listens.</param>
internal class NetworkFailure(DatabaseConnection connection, bool inContainer, TimeSpan limit, string listening)
{
    protected DatabaseConnection Connection => connection;

    protected string Target => string.Create(CultureInfo.InvariantCulture, $"{connection.Host} port {connection.Port}");

    public ConnectException Of(SocketException e, IPAddress? address) => e.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            Unreachable(e, $"The name {connection.Host} cannot be resolved.", NameAdvice()),
        SocketError.TimedOut => TimedOut(),
        SocketError.ConnectionRefused => Unreachable(e, $"Nothing listens at {Target}.", RefusedAdvice(address)),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
            Unreachable(
                e,
                $"There is no network route to {connection.Host}.",
                "Check the address, and the network and firewall between this server and the database."),
        _ => Unreachable(e, $"The connection to {Target} broke off.", "Check host, port and firewalls; the server's own log may say more."),
    };

    public ConnectException TimedOut() => new(
        ConnectionTestCode.Timeout,
        string.Create(CultureInfo.InvariantCulture, $"{Target} did not answer within {limit.TotalSeconds:0.#} s."),
        "A firewall or security group that silently drops packets is the usual cause: allow this server's address to reach the port. "
        + "The address may also be wrong, or the server overloaded.")
    { Transient = true };

    public ConnectException CertificateRefused(TlsCheck check)
    {
        if (check.Refused == SslPolicyErrors.RemoteCertificateNameMismatch)
        {
            return new(ConnectionTestCode.TlsError, $"The server's certificate is not made out to {connection.Host}.",
                "Use the host name that is in the certificate, or have the certificate renewed with this name."
                + (connection.Engine == Engine.Postgres ? " TLS mode \"verify-ca\" checks only who issued it." : ""));
        }

        if (check.ChainStatus.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return new(ConnectionTestCode.TlsError, "The server's certificate, or its authority's, has expired or is not valid yet.",
                "Renew the certificate at the server, or correct the clock of either machine.");
        }

        return string.IsNullOrWhiteSpace(connection.Secrets.CaCertificatePem)
            ? new(
                ConnectionTestCode.TlsError,
                "The server's certificate is self-signed or comes from an authority that this server does not know.",
                "Paste the certificate of the authority that issued it (or the self-signed certificate itself) "
                + "as CA certificate, in PEM form.")
            : new(ConnectionTestCode.TlsError, "The server's certificate was not issued by the pasted CA certificate.",
                "Paste the root certificate of the authority that issued it, together with any intermediate ones.");
    }

    private static ConnectException Unreachable(SocketException e, string message, string advice) =>
        new(ConnectionTestCode.NetworkUnreachable, message, advice, e) { Transient = true };

    private string NameAdvice() => inContainer
        ? "Check the spelling. From inside a container, names of the machine around it or of other networks may not be known; "
            + "use host.docker.internal for the machine itself."
        : "Check the spelling, and that this server's DNS knows the name.";

    private string RefusedAdvice(IPAddress? address) => inContainer && address is not null && IPAddress.IsLoopback(address)
        ? "Inside a container this address is the container itself. "
            + "For a database on the machine around it use the host host.docker.internal (with docker run "
            + "--add-host=host.docker.internal:host-gateway on Linux)."
        : $"Check host and port, that the server runs, and that it listens on this address ({listening}).";

    public static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
                return found;
        }

        return null;
    }
}
