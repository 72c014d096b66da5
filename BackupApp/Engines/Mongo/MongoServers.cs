using System.Globalization;

namespace BackupApp.Engines.Mongo;

/// <summary>The list of servers in a URI or in the form's field.</summary>
internal static class MongoServers
{
    private const int MaxServers = 50; // A replica set's own limit.
    private const int MaxLength = 16 * 1024; // Of so many names, with room to spare.

    public static bool IsList(string text) =>
        text.Split(',').All(s => SplitPort(s) is { Host.Length: > 0 } server && (server.Port ?? "").All(char.IsAsciiDigit));

    /// <param name="srv">One name, without a port, under which DNS lists the members.</param>
    /// <returns>Empty, or some of them, when there is a problem.</returns>
    public static IReadOnlyList<ServerAddress> Read(string text, bool srv, out string? problem)
    {
        problem = text.Length > MaxLength ? $"At most {MaxServers} servers can be named." : null;
        var servers = new List<ServerAddress>();
        if (problem is not null)
            return servers;
        foreach (var (host, port) in text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(SplitPort))
        {
            if (HostRules.Normalize(host, out var hostProblem) is not { } normal)
                problem ??= hostProblem;
            else if (srv && port is not null)
                problem ??= "With mongodb+srv the ports come from DNS: write the name without a port.";
            else if (PortOf(port) is not { } number)
                problem ??=
                    "A port is a number from 1 to 65535. If the password holds one of : / ? "
                    + "# [ ] @ %, percent-encode it (@ is %40, / is %2F).";
            else
                servers.Add(new(normal, number));
        }

        if (servers.Count == 0)
            problem ??= "Give the name or address of the server.";
        if (servers.Count > MaxServers)
            problem ??= $"At most {MaxServers} servers can be named.";
        if (srv && (servers.Count > 1 || servers.Any(s => s.Host.Count(c => c == '.') < 2)))
            problem ??=
                "With mongodb+srv one name of at least three parts is given, as in cluster0.example.com, and DNS lists the members.";
        return servers;
    }

    private static int? PortOf(string? text) =>
        string.IsNullOrEmpty(text) ? MongoUri.DefaultPort
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 ? port : null;

    // The colon behind the brackets of an IPv6 address, or else the first one; two colons without brackets are an address without a port.
    private static (string Host, string? Port) SplitPort(string server)
    {
        var colon = server.IndexOf(':', Math.Max(0, server.IndexOf(']', StringComparison.Ordinal)));
        return colon < 0 || (server[0] != '[' && server.IndexOf(':', colon + 1) > 0)
            ? (server, null)
            : (server[..colon], server[(colon + 1)..]);
    }
}
