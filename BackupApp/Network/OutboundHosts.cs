using System.Net;
using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>Decides which addresses this server contacts on a user's behalf.</summary>
public static class OutboundHosts
{
    // Metadata services of AWS over IPv6, Alibaba and Azure, which are outside the link-local ranges.
    private static readonly IPAddress[] MetadataAddresses =
        [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200"), IPAddress.Parse("168.63.129.16")];

    private static readonly IPNetwork LinkLocalV4 = IPNetwork.Parse("169.254.0.0/16");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>The address is link-local or a cloud's metadata service, also when written as an IPv6 form of an IPv4 address.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        var plain = ToIPv4IfEmbedded(address);
        return plain.IsIPv6LinkLocal
            || (plain.AddressFamily == AddressFamily.InterNetwork && LinkLocalV4.Contains(plain))
            || MetadataAddresses.Contains(plain);
    }

    /// <summary>
    /// The addresses of a host. Connect to one of these and not to the name again: a second look-up could answer differently.
    /// </summary>
    /// <exception cref="HostRefusedException">One of them is link-local and that is not allowed.</exception>
    /// <exception cref="SocketException">The name cannot be resolved.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, bool allowLinkLocal, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        if (!allowLinkLocal && addresses.Any(IsLinkLocal))
            throw new HostRefusedException($"The host {host} leads to a link-local or cloud metadata address, which is not allowed.");
        return addresses;
    }

    private static IPAddress ToIPv4IfEmbedded(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && Nat64.Contains(address))
            return new IPAddress(address.GetAddressBytes().AsSpan(12));
        return address;
    }
}
