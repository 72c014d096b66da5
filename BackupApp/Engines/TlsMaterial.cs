using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BackupApp.Engines;

/// <summary>The pasted certificates, read from PEM; nothing touches the disk.</summary>
internal sealed class TlsMaterial : IDisposable
{
    private const string EncryptedKeyLabel = "ENCRYPTED PRIVATE KEY";
    private const string LegacyEncryption = "Proc-Type: 4,ENCRYPTED";

    private readonly X509Certificate2Collection _client = [];

    private TlsMaterial() { }

    /// <summary>Empty where the system's own list of authorities is to be used.</summary>
    public X509Certificate2Collection Authorities { get; } = [];

    public SslStreamCertificateContext? ClientCertificate { get; private set; }

    /// <summary>The client's own certificate with its key, then its chain; empty without one.</summary>
    public X509Certificate2Collection Client => _client;

    /// <summary>How a server's certificate is judged. Nothing asks the network about revocation, as in libpq.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = Authorities.Count > 0 ? X509ChainTrustMode.CustomRootTrust : X509ChainTrustMode.System,
        };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }

    /// <summary>Field → sentence, for every certificate or key that cannot be used. No message repeats any of the text.</summary>
    public static IReadOnlyDictionary<string, string> Problems(ConnectionSecrets secrets)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (HasText(secrets.CaCertificatePem) && !CanRead(() => RequireCertificates(secrets.CaCertificatePem)))
            problems["caCertificate"] = "This is not a certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----.";
        if (HasText(secrets.ClientCertificatePem) != HasText(secrets.ClientKeyPem))
            problems[HasText(secrets.ClientKeyPem) ? "clientCertificate" : "clientKey"] =
                "A client certificate and its key are needed together.";
        else if (IsEncrypted(secrets.ClientKeyPem))
            problems["clientKey"] =
                "The key is protected by a password: remove it with \"openssl pkey -in client.key -out plain.key\" and paste the result. "
                + "It is stored encrypted.";
        else if (HasText(secrets.ClientKeyPem)
            && !CanRead(() => X509Certificate2.CreateFromPem(secrets.ClientCertificatePem, secrets.ClientKeyPem).Dispose()))
            problems["clientKey"] = "Certificate and key cannot be read as PEM, or do not belong together.";
        return problems;
    }

    /// <exception cref="ConnectException">A certificate cannot be used.</exception>
    public static TlsMaterial Load(ConnectionSecrets secrets)
    {
        if (Problems(secrets) is { Count: > 0 } problems)
            throw new ConnectException(
                ConnectionTestCode.TlsError, "A pasted certificate cannot be used.", string.Join(' ', problems.Values));

        var material = new TlsMaterial();
        if (HasText(secrets.CaCertificatePem))
            material.Authorities.ImportFromPem(secrets.CaCertificatePem);
        if (HasText(secrets.ClientCertificatePem))
        {
            material._client.ImportFromPem(secrets.ClientCertificatePem); // The first is the client's own, the rest its chain.
            material._client[0].Dispose();
            material._client[0] = X509Certificate2.CreateFromPem(secrets.ClientCertificatePem, secrets.ClientKeyPem);
            material.ClientCertificate = SslStreamCertificateContext.Create(
                material._client[0], new X509Certificate2Collection(material._client.Skip(1).ToArray()), offline: true);
        }

        return material;
    }

    public void Dispose()
    {
        foreach (var certificate in Authorities.Concat(_client))
            certificate.Dispose();
    }

    private static bool HasText(string? text) => !string.IsNullOrWhiteSpace(text);

    private static bool IsEncrypted(string? key) =>
        key is not null
        && (key.Contains(EncryptedKeyLabel, StringComparison.Ordinal) || key.Contains(LegacyEncryption, StringComparison.Ordinal));

    private static void RequireCertificates(string? pem)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPem(pem);
        if (found.Count == 0)
            throw new ArgumentException("There is no certificate in it.", nameof(pem));
        foreach (var certificate in found)
            certificate.Dispose();
    }

    private static bool CanRead(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
