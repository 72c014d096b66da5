using System.Net;
using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>
/// Which hosts a user's database or storage endpoint may point to. Link-local addresses are where clouds serve instance credentials, so
/// a destination there would hand the server's own identity to whoever typed it.
/// </summary>
public static class OutboundHosts
{
    /// <summary>
    /// Metadata services that are not in a link-local range: Azure's wire server, Alibaba, Oracle;
    /// AWS, Google, Oracle and Scaleway over IPv6.
    /// </summary>
    private static readonly IPAddress[] Metadata =
    [
        IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("192.0.0.192"),
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("fd20:ce::254"),
        IPAddress.Parse("fd00:c1::a9fe:a9fe"),
        IPAddress.Parse("fd00:42::42"),
    ];

    /// <summary>
    /// True for 169.254.0.0/16, fe80::/10 and known metadata services, also where IPv6 holds an IPv4 address that a gateway may unpack.
    /// </summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = new IPAddress(address.GetAddressBytes()); // without the scope id, which would defeat comparison
        return plain.IsIPv6LinkLocal || IsMetadata(plain) || EmbeddedIPv4.In(plain).Any(IsMetadata);
    }

    /// <summary>
    /// True for 0.0.0.0 and ::, in every spelling: no server is there, and a kernel that is asked for one connects to itself.
    /// </summary>
    public static bool IsUnspecified(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes());
        return plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any);
    }

    /// <summary>Resolves <paramref name="host"/> and refuses it when any of its addresses is none that a server may have.</summary>
    /// <param name="host">A DNS name or an IP address, IPv6 with or without brackets.</param>
    /// <returns>The addresses to connect to. Use these rather than resolving again: a second answer may differ.</returns>
    /// <exception cref="HostRefusedException">
    /// An address is link-local and <paramref name="allowLinkLocal"/> is false, or it is <c>0.0.0.0</c> or <c>::</c>.
    /// </exception>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, bool allowLinkLocal, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (addresses.Any(IsUnspecified))
            throw HostRefusedException.Unspecified(host);
        if (!allowLinkLocal && addresses.Any(IsLinkLocal))
            throw HostRefusedException.LinkLocal(host);
        return addresses;
    }

    private static bool IsMetadata(IPAddress address) =>
        Array.IndexOf(Metadata, address) >= 0
        || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
