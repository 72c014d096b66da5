namespace BackupApp.Engines.Mongo;

/// <summary>Why a server did not say who it is.</summary>
/// <param name="Tls">It went as far as showing its certificate.</param>
/// <param name="OtherWay">It answers the other way round: encrypted where that was not asked for, or in the clear where it was.</param>
/// <param name="OtherWayTls">The other way round it went as far as showing its certificate.</param>
internal sealed record MongoSilence(bool Tls, bool OtherWay, bool OtherWayTls)
{
    public ConnectException Explain(DatabaseConnection connection, bool encrypted)
    {
        if (OtherWay && encrypted)
        {
            return new(ConnectionTestCode.TlsError, "The server does not offer TLS, which this data source requires.",
                "Switch TLS on at the server (net.tls.mode, with a certificate), or switch the encryption off here (tls=false) "
                + "if the network in between is trusted.");
        }

        if (OtherWay || OtherWayTls)
        {
            return new(ConnectionTestCode.TlsError, "The server accepts only encrypted connections.",
                "Switch the encryption on (tls=true), with the certificate verified if you can.");
        }

        if (!Tls)
        {
            return new(
                ConnectionTestCode.ServerError,
                $"What answers at {connection.Host} port {connection.Port} is not a MongoDB server, or it closed the connection.",
                "Check host and port. A proxy or firewall in between may also be at fault, "
                + "and MongoDB Atlas closes connections from addresses that are not on its access list.")
            { Transient = true };
        }

        return connection.Secrets.ClientCertificatePem is null
            ? new(ConnectionTestCode.TlsError, "The server broke off the TLS handshake.",
                "It may ask for a client certificate: paste one. TLS 1.2 or newer is needed. "
                + "MongoDB Atlas does the same to addresses that are not on its access list.")
            : new(ConnectionTestCode.TlsError, "The server broke off the TLS handshake after the client certificate was shown.",
                "The server must trust the authority that issued the client certificate (net.tls.CAFile), "
                + "and the certificate must not have expired.");
    }
}
