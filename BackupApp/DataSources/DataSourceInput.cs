using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;

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
    private const int MaxPem = 64 * 1024;

    public string? Name { get; set; }

    /// <summary>Of an existing source it cannot be changed and is not read.</summary>
    public Engine Engine { get; set; } = Engine.Postgres;

    public DataSourceEnvironment Environment { get; set; } = DataSourceEnvironment.Prod;

    public CredentialMode Mode { get; set; }

    public string? Uri { get; set; }

    /// <summary>From here to <see cref="TlsMode"/>: the single fields of PostgreSQL.</summary>
    public string? Host { get; set; }

    public int? Port { get; set; } = PostgresUri.DefaultPort;

    public string? Database { get; set; }

    public string? Username { get; set; }

    public string? Password { get; set; }

    /// <summary>Null = the strongest that works, or as stored where the source stays at its server.</summary>
    public TlsMode? TlsMode { get; set; }

    /// <summary>Null = as stored, else libpq's own.</summary>
    public ChannelBinding? ChannelBinding { get; set; }

    /// <summary>Null = as stored, else libpq's own.</summary>
    public TlsNegotiation? TlsNegotiation { get; set; }

    /// <summary>Further connection parameters, by libpq's names; null keeps those that are stored.</summary>
    public Dictionary<string, string>? Parameters { get; set; }

    /// <summary>The single fields of MongoDB.</summary>
    public MongoFields Mongo { get; set; } = new();

    /// <summary>What of it is backed up.</summary>
    public DumpSelectionInput Selection { get; set; } = new();

    public string? CaCertificatePem { get; set; }

    public string? ClientCertificatePem { get; set; }

    public string? ClientKeyPem { get; set; }

    /// <summary>What can be shown of a stored source: everything but its secrets.</summary>
    public static DataSourceInput From(DataSource source)
    {
        var input = new DataSourceInput
        {
            Name = source.Name,
            Engine = source.Engine,
            Environment = source.Environment,
            Selection = DumpSelectionInput.From(source.Selection),
        };
        if (!source.HasCredentials)
            return input; // as for a new source
        if (source.Engine == Engine.Mongodb)
            input.Mongo = MongoFields.From(source.ToPublicConnection());
        else
            (input.Host, input.Port, input.Database, input.Username, input.TlsMode) = (source.Host, source.Port, source.Database, source.Username, source.TlsMode);
        return input;
    }

    internal string ReadName(Dictionary<string, string> problems) => InputRules.ReadName(Name, MaxName, problems);

    /// <summary>The connection, or null with every problem noted.</summary>
    /// <param name="stored">The connection as it is now; null for a new source.</param>
    internal DatabaseConnection? ReadConnection(DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var engine = stored?.Engine ?? Engine;
        var entered = engine == Engine.Mongodb ? MongoInput.Read(this, problems) : PostgresInput.Read(this, stored, problems);
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
        if (stored is not null && entered.ChoosesTls && StaysAtServer(stored, entered))
            entered = entered with { TlsMode = stored.TlsMode, ChoosesTls = false };
        if (stored is not null)
            CheckMove(stored, entered, secrets, problems);
        if (secrets.ClientCertificatePem is null != secrets.ClientKeyPem is null)
            problems[nameof(ClientKeyPem)] = "A client certificate and its key belong together: give both.";
        return entered with { Secrets = secrets };
    }

    // Where the person who typed it looks.
    private string PasswordField(Engine engine) =>
        Mode == CredentialMode.ConnectionUri ? nameof(Uri)
        : engine == Engine.Mongodb ? MongoInput.Field(nameof(MongoFields.Password))
        : nameof(Password);

    // Whoever may edit a source must not be able to have its password sent to a server of their own, or in a way that others can read.
    private void CheckMove(DatabaseConnection stored, DatabaseConnection entered, ConnectionSecrets secrets, Dictionary<string, string> problems)
    {
        const string Why = "again: where or how the source connects has changed (server, user, encryption, certificates or parameters), and what is stored is only used as it was meant to be.";
        var (passwordKept, keyKept) = (stored.Secrets.Password is not null && entered.Secrets.Password is null, stored.Secrets.ClientKeyPem is not null && Text(ClientKeyPem) is null);
        if (!MovesSecret(stored, entered with { Secrets = secrets }))
            return;
        if (passwordKept)
            problems.TryAdd(PasswordField(entered.Engine), $"Enter the password {Why}");
        else if (keyKept && stored.Secrets.Password is null)
            problems.TryAdd(nameof(ClientKeyPem), $"Paste the client's certificate and key {Why}");
    }

    private static bool StaysAtServer(DatabaseConnection stored, DatabaseConnection entered) => stored.Servers.SequenceEqual(entered.Servers) && stored.Srv == entered.Srv;

    private static bool MovesSecret(DatabaseConnection stored, DatabaseConnection entered) =>
        !StaysAtServer(stored, entered)
        || stored.Username != entered.Username
        || stored.Security != entered.Security
        || stored.Secrets.CaCertificatePem != entered.Secrets.CaCertificatePem
        || stored.Secrets.ClientCertificatePem != entered.Secrets.ClientCertificatePem
        || !stored.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SequenceEqual(entered.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal));

    private static void CheckPem(string field, string? pem, string label, Dictionary<string, string> problems)
    {
        if (string.IsNullOrWhiteSpace(pem))
            return;
        if (pem.Length > MaxPem || !pem.Contains($"{label}-----", StringComparison.Ordinal) || !pem.Contains("-----BEGIN ", StringComparison.Ordinal))
            problems[field] = $"Paste the whole PEM text, from its -----BEGIN … {label}----- line to its -----END line.";
        else if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            problems[field] = "An encrypted key cannot be used by a job that runs at night: paste the key without a passphrase. It is stored encrypted.";
    }

    internal static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
