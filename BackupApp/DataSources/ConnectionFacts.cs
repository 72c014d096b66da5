using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using BackupApp.Data;
using BackupApp.Engines;

namespace BackupApp.DataSources;

/// <summary>
/// How a source is reached, for the audit log: everything but secrets. Certificates are told by their fingerprints, as openssl shows them.
/// </summary>
internal sealed record ConnectionFacts(
    IReadOnlyList<string> Servers,
    bool Srv,
    string Database,
    string Username,
    string TlsMode,
    IReadOnlyList<string> CaSha256,
    IReadOnlyList<string> ClientCertificateSha256,
    IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>How the password is proved, as far as somebody chose it; null where nobody did.</summary>
    public string? Login { get; init; }

    public static ConnectionFacts Of(DatabaseConnection connection) => new(
        [.. connection.Servers.Select(s => s.ToString())],
        connection.Srv,
        connection.Database,
        connection.Username,
        connection.TlsMode.ToLibpq(),
        Fingerprints(connection.Secrets.CaCertificatePem),
        Fingerprints(connection.Secrets.ClientCertificatePem),
        new SortedDictionary<string, string>(connection.Parameters.ToDictionary(), StringComparer.Ordinal))
    {
        Login = LoginOf(connection.Security),
    };

    public bool SameAs(ConnectionFacts other) => JsonSerializer.Serialize(this) == JsonSerializer.Serialize(other);

    private static string? LoginOf(ConnectionSecurity security)
    {
        string?[] chosen =
        [
            security.Mechanism,
            security.AuthSource is { } source ? $"authSource={source}" : null,
            security.ChannelBinding == ChannelBinding.Prefer ? null : $"channelBinding={security.ChannelBinding.ToSnakeCase()}",
            security.Negotiation == TlsNegotiation.Postgres ? null : $"sslNegotiation={security.Negotiation.ToSnakeCase()}",
        ];
        var said = chosen.Where(c => c is not null).ToList();
        return said.Count == 0 ? null : string.Join(", ", said);
    }

    private static IReadOnlyList<string> Fingerprints(string? pem)
    {
        if (string.IsNullOrWhiteSpace(pem))
            return [];
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(pem);
            return [.. certificates.Select(c => c.GetCertHashString(HashAlgorithmName.SHA256))];
        }
        catch (CryptographicException)
        {
            return ["not readable"];
        }
    }
}
