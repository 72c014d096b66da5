namespace BackupApp.DataSources;

/// <summary>How a connection is entered; the published words are the API's.</summary>
public enum CredentialMode
{
    Fields,
    ConnectionUri,
}

/// <summary>
/// A data source as entered, in the UI and by API. An empty secret of an existing source means "keep the one that is stored".
/// </summary>
public sealed class DataSourceInput
{
    private const int MaxName = 100;
    private const int MaxIdentifier = 255;
    private const int MaxPem = 64 * 1024;

    public string? Name { get; set; }

    public DataSourceEnvironment Environment { get; set; } = DataSourceEnvironment.Prod;

    public CredentialMode Mode { get; set; }

    public string? Uri { get; set; }

    public string? Host { get; set; }

    public int? Port { get; set; } = PostgresUri.DefaultPort;

    public string? Database { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }

    public TlsMode TlsMode { get; set; } = TlsMode.Prefer;

    /// <summary>Further connection parameters, by libpq's names; null keeps those that are stored.</summary>
    public Dictionary<string, string>? Parameters { get; set; }

    public string? CaCertificatePem { get; set; }

    public string? ClientCertificatePem { get; set; }

    public string? ClientKeyPem { get; set; }

    /// <summary>What can be shown of a stored source: everything but its secrets.</summary>
    public static DataSourceInput From(DataSource source) => new()
    {
        Name = source.Name,
        Environment = source.Environment,
        Host = source.Host,
        Port = source.Port,
        Database = source.Database,
        Username = source.Username,
        TlsMode = source.TlsMode,
    };

    internal string ReadName(Dictionary<string, string> problems)
    {
        var name = Name?.Trim() ?? "";
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
            problems[nameof(Name)] = $"Give a name of 1 to {MaxName} characters.";
        return name;
    }

    /// <summary>The connection, or null with every problem noted.</summary>
    /// <param name="stored">The connection as it is now; null for a new source.</param>
    internal DatabaseConnection? ReadConnection(DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var entered = Mode == CredentialMode.ConnectionUri ? ReadUri(problems) : ReadFields(stored, problems);
        CheckPem(nameof(CaCertificatePem), CaCertificatePem, "CERTIFICATE", problems);
        CheckPem(nameof(ClientCertificatePem), ClientCertificatePem, "CERTIFICATE", problems);
        CheckPem(nameof(ClientKeyPem), ClientKeyPem, "PRIVATE KEY", problems);
        if (entered is null)
            return null;

        var secrets = new ConnectionSecrets(
            Text(entered.Secrets.Password) ?? stored?.Secrets.Password,
            Text(CaCertificatePem) ?? stored?.Secrets.CaCertificatePem,
            Text(ClientCertificatePem) ?? stored?.Secrets.ClientCertificatePem,
            Text(ClientKeyPem) ?? stored?.Secrets.ClientKeyPem);
        if (stored is not null && entered.Secrets.Password is null && stored.Secrets.Password is not null && MovesSecret(stored, entered))
            problems[nameof(Password)] = "Enter the password again: host, port, user or TLS mode changed, and a stored password is only sent where it was meant to go.";
        if (secrets.ClientCertificatePem is null != secrets.ClientKeyPem is null)
            problems[nameof(ClientKeyPem)] = "A client certificate and its key belong together: give both.";
        return entered with { Secrets = secrets };
    }

    private DatabaseConnection? ReadUri(Dictionary<string, string> problems)
    {
        var result = PostgresUri.Parse(Uri);
        if (result.Ok)
            return result.Parts.ToConnection();
        problems[nameof(Uri)] = string.Join(' ', result.Problems.Select(p => p.Key == "uri" ? p.Value : $"{p.Key}: {p.Value}"));
        return null;
    }

    private DatabaseConnection? ReadFields(DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var before = problems.Count;
        var host = HostRules.Normalize(Host, out var hostProblem);
        if (host is null)
            problems[nameof(Host)] = hostProblem!;
        if (Port is not (>= 1 and <= 65535))
            problems[nameof(Port)] = "The port is a number from 1 to 65535; PostgreSQL's own is 5432.";
        CheckIdentifier(nameof(Database), Database, "database", problems);
        CheckIdentifier(nameof(Username), Username, "user", problems);
        if (Password?.Contains('\0', StringComparison.Ordinal) == true)
            problems[nameof(Password)] = "A password cannot hold a NUL character.";
        foreach (var (name, value) in Parameters ?? [])
        {
            if (PostgresUriParameters.Problem(name, value) is { } problem)
                problems[$"{nameof(Parameters)}.{name}"] = problem;
        }

        var parameters = Parameters ?? stored?.Parameters ?? new Dictionary<string, string>();
        return problems.Count > before ? null : new DatabaseConnection(Engine.Postgres, host!, Port!.Value, Database!, Username!, TlsMode, parameters, new(Text(Password)));
    }

    // Whoever may edit a source must not be able to have its password sent to a server of their own.
    private static bool MovesSecret(DatabaseConnection stored, DatabaseConnection entered) =>
        stored.Host != entered.Host || stored.Port != entered.Port || stored.Username != entered.Username || stored.TlsMode != entered.TlsMode;

    private static void CheckIdentifier(string field, string? value, string what, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxIdentifier || value.Any(char.IsControl))
            problems[field] = $"Give the name of the {what}.";
    }

    private static void CheckPem(string field, string? pem, string label, Dictionary<string, string> problems)
    {
        if (string.IsNullOrWhiteSpace(pem))
            return;
        if (pem.Length > MaxPem || !pem.Contains($"{label}-----", StringComparison.Ordinal) || !pem.Contains("-----BEGIN ", StringComparison.Ordinal))
            problems[field] = $"Paste the whole PEM text, from its -----BEGIN … {label}----- line to its -----END line.";
        else if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            problems[field] = "An encrypted key cannot be used by a job that runs at night: paste the key without a passphrase. It is stored encrypted.";
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
