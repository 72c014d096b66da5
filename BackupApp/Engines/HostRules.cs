using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BackupApp.Network;

namespace BackupApp.Engines;

/// <summary>
/// What counts as a host: a DNS name (international ones too), an IPv4 or an IPv6 address. Never a path, a socket or a list.
/// </summary>
public static class HostRules
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;
    // International names are shorter in letters than in their ASCII form; lists and URIs are told apart before.
    private const int MaxTextLength = 1024;

    private const string Unspecified = "No server is at this address: it stands for \"any\". This machine itself is 127.0.0.1 or ::1.";

    private static readonly IdnMapping Idn = new();
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create("/\\@?#%");

    /// <summary>
    /// Brings a host into the one form in which it is stored and contacted: lower case, international names in their ASCII form, IPv6
    /// without brackets.
    /// </summary>
    /// <param name="problem">Null on success, else a sentence that says what to write instead.</param>
    /// <returns>The host, or null.</returns>
    public static string? Normalize(string? text, out string? problem)
    {
        var host = text?.Trim() ?? "";
        problem = ShapeProblem(host);
        if (problem is not null)
            return null;

        if (host.Contains(':', StringComparison.Ordinal) || host.StartsWith('['))
            return NormalizeIPv6(host, out problem);

        return LooksLikeIPv4(host) ? NormalizeIPv4(host, out problem) : NormalizeName(host, out problem);
    }

    private static string? ShapeProblem(string host)
    {
        if (host.Length == 0)
            return "Give the name or address of the server.";
        if (host.Length > MaxTextLength)
            return "This is too long for the name of a server.";
        if (host[0] is '/' or '@' or '\\')
            return "Socket paths are not supported: give the server's name or IP address.";
        if (HostList.Problem(host) is { } choice)
            return choice;
        if (host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return "A host has no spaces or control characters.";
        if (host.Contains("://", StringComparison.Ordinal))
            return "Give only the server's name or address here, without a scheme.";
        return host.AsSpan().ContainsAny(NotInHosts) ? "A host is a name or an IP address, without any of / \\ @ ? # %." : null;
    }

    private static string? NormalizeIPv6(string host, out string? problem)
    {
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        var valid =
            IPAddress.TryParse(bare, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 && !bare.StartsWith('[');
        problem = !valid ? "This is not a name or an IP address. The port has a field of its own; an IPv6 address looks like 2001:db8::1."
            : OutboundHosts.IsUnspecified(address!) ? Unspecified : null;
        return problem is null ? address!.ToString() : null;
    }

    // Resolvers read "127.1", "0x7f000001" and "2130706433" as addresses too: a last label that is a number must be a whole plain address.
    private static bool LooksLikeIPv4(string host)
    {
        var last = host.TrimEnd('.').Split('.')[^1];
        return last.Length > 0 && (last.All(char.IsAsciiDigit)
            || (last.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && last.Skip(2).All(char.IsAsciiHexDigit)));
    }

    private static string? NormalizeIPv4(string host, out string? problem)
    {
        var valid = IPAddress.TryParse(host, out var address) && address.ToString() == host;
        problem =
            !valid ? "This is not an IPv4 address, which looks like 192.0.2.10."
            : OutboundHosts.IsUnspecified(address!) ? Unspecified
            : null;
        return problem is null ? host : null;
    }

    private static string? NormalizeName(string host, out string? problem)
    {
        string ascii;
        try
        {
            ascii = Idn.GetAscii(host.TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            problem = "This is not a valid host name.";
            return null;
        }

        var valid = ascii.Length is > 0 and <= MaxNameLength && ascii.Split('.').All(IsLabel);
        problem = valid ? null : "This is not a valid host name.";
        return valid ? ascii : null;
    }

    // The underscore is no letter of host names, but Docker Compose makes such service names.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength
        && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
