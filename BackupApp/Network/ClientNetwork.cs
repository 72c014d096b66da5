using System.Net;
using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>What stands for one client where requests are counted by address.</summary>
public static class ClientNetwork
{
    /// <summary>An IPv4 address itself; of IPv6 the first 64 bits, because whoever has one such address usually has them all.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address?.ToString() ?? "";
    }
}
