namespace BackupApp.DataSources;

/// <summary>
/// Everything needed to log in to one database, secrets in clear. Lives only in memory, in the worker and in a connection test.
/// </summary>
/// <param name="Engine">Kind of server.</param>
/// <param name="Host">A DNS name or an IP address; never a socket path.</param>
/// <param name="Port">1–65535.</param>
/// <param name="Database">Database name, unquoted.</param>
/// <param name="Username">Login role, unquoted.</param>
/// <param name="TlsMode">See <see cref="DataSources.TlsMode"/>.</param>
/// <param name="Parameters">Further connection parameters, already allow-listed by <see cref="PostgresUri"/>.</param>
/// <param name="Secrets">Password and certificates.</param>
public sealed record DatabaseConnection(
    Engine Engine,
    string Host,
    int Port,
    string Database,
    string Username,
    TlsMode TlsMode,
    IReadOnlyDictionary<string, string> Parameters,
    ConnectionSecrets Secrets)
{
    // A record prints all its members; this one must never print its secrets.
    public override string ToString() => $"{Username}@{Host}:{Port}/{Database}";
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
