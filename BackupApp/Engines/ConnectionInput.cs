using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;

namespace BackupApp.Engines;

/// <summary>How a connection is entered; the published words are the API's.</summary>
public enum CredentialMode
{
    Fields,
    ConnectionUri,
}

/// <summary>
/// A connection as entered, in the UI and by API. An empty secret of a stored connection means "keep the one that is stored".
/// </summary>
public abstract class ConnectionInput
{
    private const int MaxPem = 64 * 1024;
    private const int MaxDatabase = 255;

    /// <summary>Of an existing source it cannot be changed and is not read.</summary>
    public Engine Engine { get; set; } = Engine.Postgres;

    public CredentialMode Mode { get; set; }

    public string? Uri { get; set; }

    /// <summary>A database of the same server instead of the one that is named; null for that.</summary>
    public string? OtherDatabase { get; set; }

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

    /// <summary>The connection, or null with every problem noted.</summary>
    /// <param name="form">Of the stored connection's engine, or of <see cref="Engine"/> where there is none.</param>
    /// <param name="stored">The connection as it is now; null for a new source.</param>
    internal DatabaseConnection? ReadConnection(IEngineForm form, DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var entered = form.ReadConnection(this, stored, problems);
        CheckPem(nameof(CaCertificatePem), CaCertificatePem, "CERTIFICATE", problems);
        CheckPem(nameof(ClientCertificatePem), ClientCertificatePem, "CERTIFICATE", problems);
        CheckPem(nameof(ClientKeyPem), ClientKeyPem, "PRIVATE KEY", problems);
        if (entered is null)
            return null;

        if (Selection.Scope == SourceScope.Database && Text(OtherDatabase) is { } other)
        {
            if (other.Length > MaxDatabase || other.Any(char.IsControl))
                problems[nameof(Database)] = "Give the name of the database.";
            entered = entered with { Database = other };
        }

        var secrets = new ConnectionSecrets(
            Text(entered.Secrets.Password) ?? stored?.Secrets.Password,
            Text(CaCertificatePem) ?? stored?.Secrets.CaCertificatePem,
            Text(ClientCertificatePem) ?? stored?.Secrets.ClientCertificatePem,
            Text(ClientKeyPem) ?? stored?.Secrets.ClientKeyPem);
        if (stored is not null && entered.ChoosesTls && StaysAtServer(stored, entered))
            entered = entered with { TlsMode = stored.TlsMode, ChoosesTls = false };
        if (stored is not null && MovesSecret(stored, entered with { Secrets = secrets }))
            AskAgain(form, stored.Secrets, entered.Secrets, problems);
        if (secrets.ClientCertificatePem is null != secrets.ClientKeyPem is null)
            problems[nameof(ClientKeyPem)] = "A client certificate and its key belong together: give both.";
        return entered with { Secrets = secrets };
    }

    /// <summary>Whether a secret that is stored beside the connection's own would be sent elsewhere, or in another way.</summary>
    internal static bool MovesOthers(DatabaseConnection stored, DatabaseConnection entered) =>
        MovesSecret(stored, entered with { Username = stored.Username });

    // Whoever may edit a source must not be able to have its password sent to a server of their own, or in a way that others can read.
    private static bool MovesSecret(DatabaseConnection stored, DatabaseConnection entered) =>
        !StaysAtServer(stored, entered)
        || stored.Username != entered.Username
        || stored.Security != entered.Security
        || stored.Secrets.CaCertificatePem != entered.Secrets.CaCertificatePem
        || stored.Secrets.ClientCertificatePem != entered.Secrets.ClientCertificatePem
        || !Sorted(stored.Parameters).SequenceEqual(Sorted(entered.Parameters));

    private static bool StaysAtServer(DatabaseConnection stored, DatabaseConnection entered) =>
        stored.Servers.SequenceEqual(entered.Servers) && stored.Srv == entered.Srv;

    private static IEnumerable<KeyValuePair<string, string>> Sorted(IReadOnlyDictionary<string, string> parameters) =>
        parameters.OrderBy(p => p.Key, StringComparer.Ordinal);

    private void AskAgain(IEngineForm form, ConnectionSecrets stored, ConnectionSecrets entered, Dictionary<string, string> problems)
    {
        const string Why =
            "again: where or how the source connects has changed (server, user, encryption, certificates or parameters), "
            + "and what is stored is only used as it was meant to be.";
        if (stored.Password is not null && entered.Password is null)
            problems.TryAdd(Mode == CredentialMode.ConnectionUri ? nameof(Uri) : form.PasswordField, $"Enter the password {Why}");
        else if (stored is { Password: null, ClientKeyPem: not null } && Text(ClientKeyPem) is null)
            problems.TryAdd(nameof(ClientKeyPem), $"Paste the client's certificate and key {Why}");
    }

    private static void CheckPem(string field, string? pem, string label, Dictionary<string, string> problems)
    {
        if (string.IsNullOrWhiteSpace(pem))
            return;
        var hasLabel = pem.Contains($"{label}-----", StringComparison.Ordinal) && pem.Contains("-----BEGIN ", StringComparison.Ordinal);
        if (pem.Length > MaxPem || !hasLabel)
            problems[field] = $"Paste the whole PEM text, from its -----BEGIN … {label}----- line to its -----END line.";
        else if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            problems[field] =
                "An encrypted key cannot be used by a job that runs at night: paste the key without a passphrase. It is stored encrypted.";
    }

    internal static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;
}
