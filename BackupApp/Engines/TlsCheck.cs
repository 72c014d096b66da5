using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace BackupApp.Engines;

/// <summary>Checks the server's certificate the way libpq does, and remembers what was wrong with it.</summary>
internal sealed class TlsCheck(DatabaseConnection connection, TlsMaterial material)
{
    /// <summary>The server has shown a certificate.</summary>
    public bool Reached { get; private set; }

    /// <summary>Why it was refused; <see cref="SslPolicyErrors.None"/> when it was not.</summary>
    public SslPolicyErrors Refused { get; private set; }

    public X509ChainStatusFlags ChainStatus { get; private set; }

    public void Configure(SslClientAuthenticationOptions options)
    {
        // The connection goes to an address that was checked before; the certificate must carry the name that the user wrote.
        options.TargetHost = connection.Host;
        options.ClientCertificateContext = material.ClientCertificate;
        options.RemoteCertificateValidationCallback = Accept;
        if (connection.VerifiesServer())
            options.CertificateChainPolicy = material.ChainPolicy();
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Reached = true;
        if (!connection.VerifiesServer())
            return true;

        ChainStatus =
            chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status) ?? X509ChainStatusFlags.NoError;
        Refused = connection.TlsMode == TlsMode.VerifyFull ? errors : errors & ~SslPolicyErrors.RemoteCertificateNameMismatch;
        return Refused == SslPolicyErrors.None;
    }
}
