using System.Globalization;
using System.Text;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// Reads and writes <c>postgresql://</c> URIs as libpq does (one host, no sockets, parameters from an allow-list), and is patient with
/// passwords that were not percent-encoded.
/// </summary>
public static class PostgresUri
{
    public const int DefaultPort = 5432;

    private const int MaxLength = 8192;

    private static readonly UriDialect Dialect = new(
        PostgresUriServer.IsAuthority, PostgresUriParameters.Knows, PostgresUriParameters.Problem);

    /// <summary>Never throws for bad input; every problem found is reported at once.</summary>
    public static PostgresUriResult Parse(string? text)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var uri = text?.Trim() ?? "";
        var rest = AfterScheme(uri);
        if (uri.Length > MaxLength)
            problems["uri"] = "This is too long for a connection URI.";
        else if (rest is null)
            problems["uri"] = "Must start with postgresql:// or postgres://, as in postgresql://user:password@host:5432/database.";
        var pieces = problems.Count > 0 ? null : UriText.Split(rest!, Dialect);
        if (pieces is null)
            problems.TryAdd(
                "uri",
                "Cannot be read. Expected is postgresql://user:password@host:5432/database; one of : / ? "
                + "# [ ] @ % in a part is percent-encoded.");
        if (problems.Count > 0)
            return new(null, problems);

        var parts = Read(pieces!, problems);
        return problems.Count > 0 ? new(null, problems) : new(parts, problems);
    }

    /// <summary>The URI without password and certificates, fit to be shown.</summary>
    public static string ToDisplayString(DatabaseConnection connection)
    {
        var host = connection.Host.Contains(':', StringComparison.Ordinal) ? $"[{connection.Host}]" : connection.Host;
        var text = new StringBuilder("postgresql://")
            .Append(Uri.EscapeDataString(connection.Username)).Append('@').Append(host).Append(':')
            .Append(connection.Port.ToString(CultureInfo.InvariantCulture))
            .Append('/').Append(Uri.EscapeDataString(connection.Database))
            .Append("?sslmode=").Append(connection.TlsMode.ToLibpq());
        foreach (var (name, value) in PostgresSecurity
            .Parameters(connection.Security)
            .Concat(connection.Parameters)
            .OrderBy(p => p.Key, StringComparer.Ordinal))
            text.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return text.ToString();
    }

    internal static bool HasScheme(string uri) => AfterScheme(uri) is not null;

    private static string? AfterScheme(string uri)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["postgresql://", "postgres://"])
        {
            if (uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return uri[scheme.Length..];
        }

        return null;
    }

    private static PostgresUriParts Read(UriText text, Dictionary<string, string> problems)
    {
        var username = UriDecoding.Decode(text.Username, "username", problems);
        if (username.Length == 0)
            problems.TryAdd("username", "The user name is missing: write it in front of the host, as in postgresql://user:password@host.");
        var password = text.Password is null ? null : UriDecoding.Decode(text.Password, "password", problems);
        var (host, port) = PostgresUriServer.Read(text.Authority, hasLogin: username.Length > 0, problems);
        var database = ReadDatabase(text.Database, username, problems);
        // Without a user name, what looks like parameters may be the rest of a password: not even their names are repeated.
        var parameters = username.Length == 0 ? [] : ReadParameters(text.Query, problems);
        var security = PostgresSecurity.Take(parameters, out var saysMode);
        if (saysMode && PostgresSecurity.Problem(security) is { } problem)
            problems.TryAdd("sslmode", problem);
        return new(host, port, database, username, string.IsNullOrEmpty(password) ? null : password, security, parameters)
        {
            SaysTlsMode = saysMode,
        };
    }

    private static string ReadDatabase(string? raw, string username, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(raw))
            return username; // As libpq does.
        if (raw.AsSpan().ContainsAny('/', '#', '@'))
            problems["database"] = "A database name with one of / # @ must have it percent-encoded (%2F, %23, %40).";
        return UriDecoding.Decode(raw, "database", problems);
    }

    private static Dictionary<string, string> ReadParameters(string? query, Dictionary<string, string> problems)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in UriText.ReadQuery(query, Dialect, problems))
        {
            if (!parameters.TryAdd(name, value))
                problems.TryAdd(name, "This parameter is given twice.");
        }

        return parameters;
    }
}
