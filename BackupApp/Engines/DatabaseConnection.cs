using System.Globalization;

namespace BackupApp.Engines;

/// <summary>
/// Everything needed to log in to one database, secrets in clear. Lives only in memory, in the worker and in a connection test.
/// </summary>
/// <param name="Engine">Kind of server.</param>
/// <param name="Host">A DNS name or an IP address; never a socket path. With several hosts the first.</param>
/// <param name="Port">1–65535.</param>
/// <param name="Database">Database name, unquoted. Empty where a whole MongoDB server is meant.</param>
/// <param name="Username">
/// Login role, unquoted. Empty for a MongoDB server that asks for no login, or takes the user from the client certificate.
/// </param>
/// <param name="Security">Encryption and the ways to prove who one is.</param>
/// <param name="Parameters">Further connection parameters, already allow-listed by the engine; none of them means security.</param>
/// <param name="Secrets">Password and certificates.</param>
public sealed record DatabaseConnection(
    Engine Engine,
    string Host,
    int Port,
    string Database,
    string Username,
    ConnectionSecurity Security,
    IReadOnlyDictionary<string, string> Parameters,
    ConnectionSecrets Secrets)
{
    public TlsMode TlsMode
    {
        get => Security.Mode;
        init => Security = Security with { Mode = value };
    }

    /// <summary>
    /// Nobody has said how to encrypt: <see cref="TlsChoice"/> is to find the strongest mode that works. Never so of a stored connection.
    /// </summary>
    public bool ChoosesTls { get; init; }

    /// <summary>MongoDB: the members that were named beside <see cref="Host"/>.</summary>
    public IReadOnlyList<ServerAddress> OtherHosts { get; init; } = [];

    /// <summary>MongoDB: <see cref="Host"/> is a name under which DNS lists the members (<c>mongodb+srv</c>).</summary>
    public bool Srv { get; init; }

    public IEnumerable<ServerAddress> Servers => [new(Host, Port), .. OtherHosts];

    // A record prints all its members; this one must never print its secrets.
    public override string ToString() => $"{Username}@{Host}:{Port}/{Database}";
}

/// <summary>One of a server's addresses.</summary>
/// <param name="Host">A DNS name or an IP address, IPv6 without brackets.</param>
/// <param name="Port">1–65535.</param>
public sealed record ServerAddress(string Host, int Port)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}

/// <summary>The secret half of a connection, encrypted at rest as one JSON document. Certificates are PEM text.</summary>
public sealed record ConnectionSecrets(
    string? Password,
    string? CaCertificatePem = null,
    string? ClientCertificatePem = null,
    string? ClientKeyPem = null)
{
    public override string ToString() => "(secrets)";
}
