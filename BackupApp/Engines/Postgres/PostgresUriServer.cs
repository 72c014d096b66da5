using System.Globalization;

namespace BackupApp.Engines.Postgres;

/// <summary>The part of a URI that names the server.</summary>
internal static class PostgresUriServer
{
    public static (string Host, int Port) Read(string authority, bool hasLogin, Dictionary<string, string> problems)
    {
        if (authority.Contains(',', StringComparison.Ordinal))
        {
            // Without a user name it may be a piece of the password: nothing of it is repeated.
            problems.TryAdd(
                "host", hasLogin ? HostList.Problem(UriDecoding.Decode(authority, "host", problems)) ?? "" : "Name one server.");
            return ("", 0);
        }

        var (host, port) = HostList.SplitPort(authority);
        return (ReadHost(host, problems), ReadPort(port, problems));
    }

    private static string ReadHost(string raw, Dictionary<string, string> problems)
    {
        var decoded = UriDecoding.Decode(raw, "host", problems);
        if (HostRules.Normalize(decoded, out var problem) is { } host)
            return host;
        problems.TryAdd("host", problem!);
        return "";
    }

    private static int ReadPort(string? raw, Dictionary<string, string> problems)
    {
        if (string.IsNullOrEmpty(raw))
            return PostgresUri.DefaultPort;
        if (int.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535)
            return port;
        // Without an '@' the "port" may well be the password of someone who forgot the host: it is not repeated.
        problems["port"] =
            "The port is a number from 1 to 65535. If the password holds one of : / ? # [ ] @ %, percent-encode it (@ is %40, / is %2F).";
        return 0;
    }

    /// <summary>Whether this can be the part that names the server.</summary>
    // A list is one too, so that it is told apart from a password that nobody encoded; it is refused by name later.
    public static bool IsAuthority(string text) =>
        text.Split(',').All(server => HostList.SplitPort(server) is { Host.Length: > 0 } one && (one.Port ?? "").All(char.IsAsciiDigit));
}
