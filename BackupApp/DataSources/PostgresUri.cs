using System.Globalization;
using System.Text;

namespace BackupApp.DataSources;

/// <summary>
/// Reads and writes <c>postgresql://</c> URIs as libpq does (one host, no sockets, parameters from an allow-list), and is patient with
/// passwords that were not percent-encoded.
/// </summary>
public static class PostgresUri
{
    public const int DefaultPort = 5432;

    private const int MaxLength = 8192;

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
        var pieces = rest is null ? null : PostgresUriText.Split(rest);
        if (pieces is null)
            problems.TryAdd("uri", "Cannot be read. Expected is postgresql://user:password@host:5432/database; one of : / ? # [ ] @ % in a part is percent-encoded.");
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
        foreach (var (name, value) in connection.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal))
            text.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        return text.ToString();
    }

    private static string? AfterScheme(string uri)
    {
        foreach (var scheme in (ReadOnlySpan<string>)["postgresql://", "postgres://"])
        {
            if (uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
                return uri[scheme.Length..];
        }

        return null;
    }

    private static PostgresUriParts Read(PostgresUriText text, Dictionary<string, string> problems)
    {
        var username = Decode(text.Username, "username", problems);
        if (username.Length == 0)
            problems.TryAdd("username", "The user name is missing: write it in front of the host, as in postgresql://user:password@host.");
        var password = text.Password is null ? null : Decode(text.Password, "password", problems);
        var host = ReadHost(text.Host, problems);
        var port = ReadPort(text, problems);
        var database = ReadDatabase(text.Database, username, problems);
        // Without a user name, what looks like parameters may be the rest of a password: not even their names are repeated.
        var parameters = username.Length == 0 ? [] : ReadParameters(text.Query, problems);
        var mode = parameters.Remove("sslmode", out var sslMode) ? TlsModes.FromLibpq(sslMode) : null;
        if (parameters.Remove("ssl") && mode is null)
            mode = TlsMode.Require; // libpq reads ssl=true so, for URIs made for JDBC.
        return new(host, port, database, username, string.IsNullOrEmpty(password) ? null : password, mode ?? TlsMode.Prefer, parameters);
    }

    private static string ReadHost(string raw, Dictionary<string, string> problems)
    {
        var decoded = Decode(raw, "host", problems);
        if (HostRules.Normalize(decoded, out var problem) is { } host)
            return host;
        problems.TryAdd("host", problem!);
        return "";
    }

    private static int ReadPort(PostgresUriText text, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(text.Port))
            return DefaultPort;
        if (int.TryParse(text.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
            return port;
        // Without an '@' the "port" may well be the password of someone who forgot the host: it is not repeated.
        problems["port"] = "The port is a number from 1 to 65535. If the password holds one of : / ? # [ ] @ %, percent-encode it (@ is %40, / is %2F).";
        return 0;
    }

    private static string ReadDatabase(string? raw, string username, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(raw))
            return username; // As libpq does.
        if (raw.AsSpan().ContainsAny('/', '#', '@'))
            problems["database"] = "A database name with one of / # @ must have it percent-encoded (%2F, %23, %40).";
        return Decode(raw, "database", problems);
    }

    private static Dictionary<string, string> ReadParameters(string? query, Dictionary<string, string> problems)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !IsName(pair.AsSpan(0, equals)))
            {
                // What stands here may be the rest of a password with a '?' in it, so it is not repeated.
                problems["uri"] = "After the question mark, parameters are written name=value and joined by &. A question mark in the password is written %3F.";
                continue;
            }

            var name = pair[..equals];
            var value = Decode(pair[(equals + 1)..], name, problems);
            if (PostgresUriParameters.Problem(name, value) is { } problem)
                problems.TryAdd(name, problem);
            else if (!parameters.TryAdd(name, value))
                problems.TryAdd(name, "This parameter is given twice.");
        }

        return parameters;
    }

    private static bool IsName(ReadOnlySpan<char> text) => text.Length is > 0 and <= 40 && text.IndexOfAnyExcept(PostgresUriText.NameCharacters) < 0;

    private static string Decode(string raw, string field, Dictionary<string, string> problems)
    {
        var decoded = PostgresUriText.Decode(raw, out var problem);
        if (problem is not null)
            problems.TryAdd(field, problem);
        return decoded;
    }
}
