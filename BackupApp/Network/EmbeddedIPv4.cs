using System.Net;
using System.Net.Sockets;

namespace BackupApp.Network;

/// <summary>The IPv4 addresses that an IPv6 address stands for where something on the way translates.</summary>
internal static class EmbeddedIPv4
{
    /// <summary>Nothing for an IPv4 address. Several where only the gateway knows which part it unpacks.</summary>
    public static IEnumerable<IPAddress> In(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return [];
        var bytes = address.GetAddressBytes();
        return bytes switch
        {
            // ::a.b.c.d, ::ffff:a.b.c.d (mapped), ::ffff:0:a.b.c.d (translated, RFC 7915)
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ..]
            or [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ..]
            or [0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, ..] => [At(bytes, 12)],
            // 64:ff9b::/96, RFC 6052's well-known prefix of NAT64
            [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..] => [At(bytes, 12)],
            // 64:ff9b:1::/48, RFC 8215's prefix for any local use of NAT64: in all the places where RFC 6052 lets the address be
            [0, 0x64, 0xff, 0x9b, 0, 1, ..] => [At(bytes, 6, 7, 9, 10), At(bytes, 7, 9, 10, 11), At(bytes, 9, 10, 11, 12), At(bytes, 12)],
            // 2002::/16 (6to4)
            [0x20, 0x02, ..] => [At(bytes, 2)],
            // 2001::/32 (Teredo): the server, and the client with its bits turned round
            [0x20, 0x01, 0, 0, ..] => [At(bytes, 4), At([.. bytes.Select(b => (byte)~b)], 12)],
            // …:0:5efe:a.b.c.d (ISATAP)
            [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5e, 0xfe, ..] => [At(bytes, 12)],
            _ => [],
        };
    }

    private static IPAddress At(byte[] bytes, int start) => At(bytes, start, start + 1, start + 2, start + 3);

    private static IPAddress At(byte[] bytes, int a, int b, int c, int d) => new([bytes[a], bytes[b], bytes[c], bytes[d]]);
}
