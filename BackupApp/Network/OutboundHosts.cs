using System.Net;
using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>
/// Which hosts a user's database or storage endpoint may point to. Link-local addresses are where clouds serve instance credentials, so
/// a destination there would hand the server's own identity to whoever typed it.
/// </summary>
public static class OutboundHosts
{
    // Metadata services that are not in a link-local range: AWS over IPv6, Azure's wire server, Alibaba, Oracle.
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("192.0.0.192"),
    ];

    // RFC 6052's well-known prefix 64:ff9b::/96: a NAT64 gateway turns it into the IPv4 address in its last four bytes.
    private static readonly byte[] Nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>True for 169.254.0.0/16, fe80::/10 and known metadata services, also when written as IPv4 inside IPv6.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = Unwrap(address);
        if (Array.IndexOf(Metadata, plain) >= 0 || plain.IsIPv6LinkLocal)
            return true;
        if (plain.AddressFamily != AddressFamily.InterNetwork)
            return false;
        var bytes = plain.GetAddressBytes();
        return bytes[0] == 169 && bytes[1] == 254;
    }

    /// <summary>Resolves <paramref name="host"/> and refuses it when any of its addresses is link-local.</summary>
    /// <param name="host">A DNS name or an IP address, IPv6 with or without brackets.</param>
    /// <returns>The addresses to connect to. Use these rather than resolving again: a second answer may differ.</returns>
    /// <exception cref="HostRefusedException">An address is link-local and <paramref name="allowLinkLocal"/> is false.</exception>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, bool allowLinkLocal, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!allowLinkLocal && addresses.Any(IsLinkLocal))
            throw new HostRefusedException(host);
        return addresses;
    }

    private static IPAddress Unwrap(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        var isCompatible = bytes.AsSpan(0, 12).IndexOfAnyExcept((byte)0) < 0;
        return isCompatible || bytes.AsSpan(0, 12).SequenceEqual(Nat64)
            ? new IPAddress(bytes.AsSpan(12))
            : new IPAddress(bytes); // without the scope id, which would defeat comparison
    }
}
