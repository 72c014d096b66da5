using System.Text;

namespace BackupApp.Engines.Mongo;

/// <summary>Either the connection that a URI describes, or what is wrong with it. No message repeats the password or the URI.</summary>
/// <param name="Problems">
/// Field (<c>uri</c>, <c>host</c>, <c>username</c>, <c>password</c>, <c>database</c>, or a parameter's name) → sentence.
/// </param>
public sealed record MongoUriResult(DatabaseConnection? Connection, IReadOnlyDictionary<string, string> Problems);

/// <summary>
/// Reads and writes <c>mongodb://</c> and <c>mongodb+srv://</c> URIs: several hosts, no sockets, parameters from an allow-list. It is
/// patient with passwords that were not percent-encoded.
/// </summary>
public static class MongoUri
{
    public const int DefaultPort = 27017;

    private const string Scheme = "mongodb://";
    private const string SrvScheme = "mongodb+srv://";
    private const int MaxLength = 8192;

    private static readonly UriDialect Dialect = new(MongoServers.IsList, MongoParameters.Knows, MongoParameters.Problem);

    /// <summary>Never throws for bad input; every problem found is reported at once.</summary>
    public static MongoUriResult Parse(string? text)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var uri = text?.Trim() ?? "";
        var srv = uri.StartsWith(SrvScheme, StringComparison.OrdinalIgnoreCase);
        if (uri.Length > MaxLength)
            problems["uri"] = "This is too long for a connection URI.";
        else if (!srv && !uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            problems["uri"] = "Must start with mongodb:// or mongodb+srv://, as in mongodb://user:password@host:27017/database.";
        var pieces = problems.Count > 0 ? null : UriText.Split(uri[(srv ? SrvScheme : Scheme).Length..], Dialect);
        if (pieces is null)
            problems.TryAdd(
                "uri",
                "Cannot be read. Expected is mongodb://user:password@host1:27017,host2:27017/database; one of : / ? "
                + "# [ ] @ % in a part is percent-encoded.");
        if (problems.Count > 0)
            return new(null, problems);

        var connection = Read(pieces!, srv, problems);
        return new(problems.Count > 0 ? null : connection, problems);
    }

    internal static bool HasScheme(string uri) =>
        uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || uri.StartsWith(SrvScheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Allow-listed parameters alone, as they stand behind a URI's question mark; problems by the parameter's name.</summary>
    public static Dictionary<string, string> ParseParameters(string? query, Dictionary<string, string> problems)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in UriText.ReadQuery(query, Dialect, problems))
        {
            if (!parameters.TryAdd(MongoParameters.Spell(name), value))
                problems.TryAdd(name, "This parameter is given twice.");
        }

        return parameters;
    }

    /// <summary>The URI without password and certificates, fit to be shown.</summary>
    public static string ToDisplayString(DatabaseConnection connection) => Write(connection, connection.Database, connection.Parameters);

    /// <summary>A URI without the password.</summary>
    /// <param name="parameters">Those to write, beside those of the connection's security.</param>
    internal static string Write(DatabaseConnection connection, string database, IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder(connection.Srv ? SrvScheme : Scheme);
        if (connection.Username.Length > 0)
            text.Append(Uri.EscapeDataString(connection.Username)).Append('@');
        text.AppendJoin(',', connection.Srv ? [connection.Host] : connection.Servers.Select(s => s.ToString()))
            .Append('/')
            .Append(Uri.EscapeDataString(database))
            .Append('?')
            .Append(
                WriteParameters(
                    TlsParameters(connection.TlsMode).Concat(Sorted(LoginParameters(connection.Security).Concat(parameters)))));
        return text.ToString();
    }

    internal static string WriteParameters(IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join('&', parameters.Select(p => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(p.Value)}"));

    private static IEnumerable<KeyValuePair<string, string>> Sorted(IEnumerable<KeyValuePair<string, string>> parameters) =>
        parameters.OrderBy(p => p.Key, StringComparer.Ordinal);

    private static IEnumerable<KeyValuePair<string, string>> LoginParameters(ConnectionSecurity security)
    {
        if (security.Mechanism is { } mechanism)
            yield return new(MongoConnections.MechanismParameter, mechanism);
        if (security.AuthSource is { } source)
            yield return new(MongoConnections.SourceParameter, source);
    }

    private static IEnumerable<KeyValuePair<string, string>> TlsParameters(TlsMode mode)
    {
        yield return new("tls", mode == TlsMode.Disable ? "false" : "true");
        if (mode == TlsMode.Require)
            yield return new("tlsInsecure", "true");
    }

    private static DatabaseConnection Read(UriText text, bool srv, Dictionary<string, string> problems)
    {
        var username = UriDecoding.Decode(text.Username, "username", problems);
        var password = text.Password is null ? null : UriDecoding.Decode(text.Password, "password", problems);
        if (username.Length == 0 && !string.IsNullOrEmpty(password))
            problems.TryAdd("username", "The user name is missing: write it in front of the password, as in mongodb://user:password@host.");
        var servers = MongoServers.Read(UriDecoding.Decode(text.Authority, "host", problems), srv, out var hostProblem);
        if (hostProblem is not null)
            problems.TryAdd("host", hostProblem);
        var database = UriDecoding.Decode(text.Database ?? "", "database", problems);
        if (database.Length > 0 && MongoNames.DatabaseProblem(database) is { } problem)
            problems.TryAdd("database", problem);

        var parameters = ParseParameters(text.Query, problems);
        var mode = MongoTlsParameters.Take(parameters, srv, problems);
        return MongoConnections.Make(
            servers,
            srv,
            database,
            username,
            string.IsNullOrEmpty(password) ? null : password,
            mode,
            parameters,
            problems);
    }
}
