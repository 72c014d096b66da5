namespace BackupApp.Engines.Mongo;

/// <summary>How a MongoDB connection is entered.</summary>
public sealed class MongoForm : IEngineForm
{
    private const int MaxUser = 255;

    public string PasswordField => Field(nameof(MongoFields.Password));

    public DumpSelection ReadSelection(DumpSelectionInput input, Dictionary<string, string> problems) =>
        MongoSelection.Read(input, problems);

    public void Show(DatabaseConnection stored, ConnectionInput input) => input.Mongo = MongoFields.From(stored);

    public bool Takes(string uri) => MongoUri.HasScheme(uri);

    public DatabaseConnection? ReadConnection(ConnectionInput input, DatabaseConnection? stored, Dictionary<string, string> problems)
    {
        var before = problems.Count;
        var wholeServer = input.Selection.Scope == SourceScope.Server;
        var connection =
            input.Mode == CredentialMode.ConnectionUri ? ReadUri(input, problems) : ReadFields(input.Mongo, wholeServer, problems);
        if (connection?.Database.Length == 0 && !wholeServer && ConnectionInput.Text(input.OtherDatabase) is null)
        {
            problems[input.Mode == CredentialMode.ConnectionUri ? nameof(ConnectionInput.Uri) : Field(nameof(MongoFields.Database))] =
                "Give the name of the database, or choose to back up the whole server.";
        }

        return problems.Count > before ? null : wholeServer ? connection! with { Database = "" } : connection;
    }

    private static DatabaseConnection? ReadUri(ConnectionInput input, Dictionary<string, string> problems)
    {
        var result = MongoUri.Parse(input.Uri);
        if (result.Connection is null)
            problems[nameof(ConnectionInput.Uri)] = string.Join(
                ' ',
                result.Problems.Select(p => p.Key == "uri" ? p.Value : $"{p.Key}: {p.Value}"));
        return result.Connection;
    }

    private static DatabaseConnection ReadFields(MongoFields fields, bool wholeServer, Dictionary<string, string> problems)
    {
        var servers = MongoServers.Read(fields.Hosts ?? "", fields.Srv, out var hostProblem);
        Note(nameof(MongoFields.Hosts), hostProblem);
        var database = wholeServer ? "" : fields.Database?.Trim() ?? "";
        Note(nameof(MongoFields.Database), database.Length == 0 ? null : MongoNames.DatabaseProblem(database));
        var username = fields.Username ?? "";
        Note(nameof(MongoFields.Username), username.Length > MaxUser || username.Any(char.IsControl) ? "Give the name of the user." : null);
        Note(
            nameof(MongoFields.Password),
            fields.Password?.Contains('\0', StringComparison.Ordinal) == true ? "A password cannot hold a NUL character." : null);
        if (fields.TlsMode is TlsMode.Prefer or TlsMode.VerifyCa)
            Note(
                nameof(MongoFields.TlsMode),
                "MongoDB's tools know only: off, encrypted without a check, and encrypted with the certificate and its name checked.");

        var parameters = ReadParameters(fields, problems);
        var wrong = new Dictionary<string, string>();
        var connection = MongoConnections.Make(
            servers, fields.Srv, database, username, ConnectionInput.Text(fields.Password), fields.TlsMode, parameters, wrong);
        if (wrong.Count > 0)
            problems.TryAdd(Field(nameof(MongoFields.Parameters)), string.Join(' ', wrong.Select(p => $"{p.Key}: {p.Value}")));
        return connection;

        void Note(string field, string? problem)
        {
            if (problem is not null)
                problems[Field(field)] = problem;
        }
    }

    private static Dictionary<string, string> ReadParameters(MongoFields fields, Dictionary<string, string> problems)
    {
        var wrong = new Dictionary<string, string>();
        var parameters = MongoUri.ParseParameters(fields.Parameters?.Trim().TrimStart('?'), wrong);
        foreach (var (name, value) in parameters)
        {
            if (MongoParameters.ProblemBesideFields(name, value) is { } problem)
                wrong.TryAdd(name, problem);
        }

        if (wrong.Count > 0)
            problems[Field(nameof(MongoFields.Parameters))] = string.Join(
                ' ',
                wrong.Select(p => p.Key == "uri" ? "Parameters are written name=value and joined by &." : $"{p.Key}: {p.Value}"));

        var source = string.IsNullOrEmpty(fields.Username) ? null : fields.AuthSource?.Trim();
        foreach (var (field, name, value) in new[]
        {
            (nameof(MongoFields.AuthSource), MongoConnections.SourceParameter, source),
            (nameof(MongoFields.Mechanism), MongoConnections.MechanismParameter, fields.Mechanism),
            (nameof(MongoFields.ReplicaSet), "replicaSet", fields.ReplicaSet?.Trim()),
            (nameof(MongoFields.ReadPreference), "readPreference", fields.ReadPreference),
        })
        {
            if (string.IsNullOrEmpty(value))
                continue;
            if (MongoParameters.Problem(name, value) is { } problem)
                problems[Field(field)] = problem;
            else
                parameters[name] = value;
        }

        return parameters;
    }

    internal static string Field(string name) => $"{nameof(ConnectionInput.Mongo)}.{name}";
}
