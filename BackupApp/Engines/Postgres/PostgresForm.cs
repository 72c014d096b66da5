namespace BackupApp.Engines.Postgres;

/// <summary>How a PostgreSQL connection is entered.</summary>
public sealed class PostgresForm : IEngineForm
{
    private const int MaxIdentifier = 255;

    public string PasswordField => nameof(ConnectionInput.Password);

    public bool Takes(string uri) => PostgresUri.HasScheme(uri);

    /// <param name="stored">Its further parameters stay, where none are entered.</param>
    public DatabaseConnection? ReadConnection(ConnectionInput input, DatabaseConnection? stored, Dictionary<string, string> problems) =>
        input.Mode == CredentialMode.ConnectionUri ? ReadUri(input, problems) : ReadFields(input, stored, problems);

    public DumpSelection ReadSelection(DumpSelectionInput input, Dictionary<string, string> problems) =>
        PostgresSelection.Read(input, problems);

    public void Show(DatabaseConnection stored, ConnectionInput input)
    {
        input.Host = stored.Host;
        input.Port = stored.Port;
        input.Database = stored.Database;
        input.Username = stored.Username;
        input.TlsMode = stored.TlsMode;
    }

    private static DatabaseConnection? ReadUri(ConnectionInput input, Dictionary<string, string> problems)
    {
        var result = PostgresUri.Parse(input.Uri);
        if (result.Ok)
            return result.Parts.ToConnection();
        problems[nameof(ConnectionInput.Uri)] = string.Join(
            ' ',
            result.Problems.Select(p => p.Key == "uri" ? p.Value : $"{p.Key}: {p.Value}"));
        return null;
    }

    private static DatabaseConnection? ReadFields(ConnectionInput input, DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var before = problems.Count;
        var host = HostRules.Normalize(input.Host, out var hostProblem);
        if (host is null)
            problems[nameof(ConnectionInput.Host)] = hostProblem!;
        if (input.Port is not (>= 1 and <= 65535))
            problems[nameof(ConnectionInput.Port)] = "The port is a number from 1 to 65535; PostgreSQL's own is 5432.";
        CheckIdentifier(nameof(ConnectionInput.Database), input.Database, "database", problems);
        CheckIdentifier(nameof(ConnectionInput.Username), input.Username, "user", problems);
        if (input.Password?.Contains('\0', StringComparison.Ordinal) == true)
            problems[nameof(ConnectionInput.Password)] = "A password cannot hold a NUL character.";
        foreach (var (name, value) in input.Parameters ?? [])
        {
            if (PostgresUriParameters.ProblemBesideFields(name, value) is { } problem)
                problems[$"{nameof(ConnectionInput.Parameters)}.{name}"] = problem;
        }

        var security = ReadSecurity(input, stored);
        if (input.TlsMode is not null && PostgresSecurity.Problem(security) is { } contradiction)
            problems[nameof(ConnectionInput.TlsMode)] = contradiction;
        return problems.Count > before
            ? null
            : new DatabaseConnection(
                Engine.Postgres, host!, input.Port!.Value, input.Database!, input.Username!, security,
                input.Parameters ?? stored?.Parameters ?? new Dictionary<string, string>(), new(ConnectionInput.Text(input.Password)))
            { ChoosesTls = input.TlsMode is null };
    }

    // What has no field in the form stays as it is, but for what an unencrypted connection cannot have.
    private static ConnectionSecurity ReadSecurity(ConnectionInput input, DatabaseConnection? stored)
    {
        var mode = input.TlsMode ?? TlsMode.Prefer;
        var (binding, negotiation) =
            mode == TlsMode.Disable ? (null, null) : (stored?.Security.ChannelBinding, stored?.Security.Negotiation);
        return new(mode)
        {
            ChannelBinding = input.ChannelBinding ?? binding ?? ChannelBinding.Prefer,
            Negotiation = input.TlsNegotiation ?? negotiation ?? TlsNegotiation.Postgres,
        };
    }

    private static void CheckIdentifier(string field, string? value, string what, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxIdentifier || value.Any(char.IsControl))
            problems[field] = $"Give the name of the {what}.";
    }
}
