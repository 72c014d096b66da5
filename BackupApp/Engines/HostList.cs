using System.Globalization;

namespace BackupApp.Engines;

/// <summary>
/// Several servers where one belongs. libpq goes on to whichever of them answers, but a backup must
/// know which one it reads: a list is refused, with the servers to choose from.
/// </summary>
internal static class HostList
{
    private const int MaxNamed = 10;

    /// <summary>What to do about a list, as a sentence that names its servers; null for a single one.</summary>
    /// <param name="text">As in a URI, percent-decoded, or as in a form's field: <c>a:5432,b</c>.</param>
    public static string? Problem(string text)
    {
        if (!text.Contains(',', StringComparison.Ordinal))
            return null;
        var servers = text.Split(',').Select(Read).ToList();
        if (servers.Count < 2 || servers.Contains(null))
            return "Several servers cannot be given: name one, best the one that is to be read from.";
        var named = string.Join(", ", servers.Take(MaxNamed)) + (servers.Count > MaxNamed ? ", …" : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"These are {servers.Count} servers, and a backup reads from one. Choose it: {named}.");
    }

    /// <summary>The colon behind the brackets of an IPv6 address, or else the first one, parts host and port.</summary>
    public static (string Host, string? Port) SplitPort(string server)
    {
        var colon = server.IndexOf(':', Math.Max(0, server.IndexOf(']', StringComparison.Ordinal)));
        return colon < 0 ? (server, null) : (server[..colon], server[(colon + 1)..]);
    }

    // Nothing is repeated that is no server: it may be a piece of a password.
    private static string? Read(string server)
    {
        var (host, port) = SplitPort(server.Trim());
        if (HostRules.Normalize(host, out _) is not { } normal || (port ?? "").Any(c => !char.IsAsciiDigit(c)) || port?.Length > 5)
            return null;
        return (normal.Contains(':', StringComparison.Ordinal) ? $"[{normal}]" : normal) + (string.IsNullOrEmpty(port) ? "" : $":{port}");
    }
}
