using System.Net;
using System.Net.Sockets;
using BackupApp.Network;

namespace BackupApp.Tests.Network;

public sealed class OutboundHostsTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.254.0.1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fe80::1%2", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("::169.254.169.254", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("168.63.129.16", true)]
    [InlineData("fd20:ce::254", true)]
    [InlineData("fd00:c1::a9fe:a9fe", true)]
    [InlineData("fd00:42::42", true)]
    [InlineData("2002:a9fe:a9fe::", true)]
    [InlineData("2002:a9fe:1::1", true)]
    [InlineData("::ffff:0:169.254.169.254", true)]
    [InlineData("64:ff9b:1::169.254.169.254", true)]
    [InlineData("64:ff9b:1:a9fe:a9:fe00::", true)]
    [InlineData("64:ff9b:1:1a9:fe:a9fe::", true)]
    [InlineData("64:ff9b:1:a9ff:fe:a9fe::", false)]
    [InlineData("64:ff9b:1::a9:fea9:fe00:0", true)]
    [InlineData("2001:0:a9fe:a9fe::1", true)]
    [InlineData("2001::5601:5601", true)]
    [InlineData("fe80:1::5efe:a9fe:a9fe", true)]
    [InlineData("2001:db8::5efe:169.254.169.254", true)]
    [InlineData("::ffff:100.100.100.200", true)]
    [InlineData("2002:a00:1::1", false)]
    [InlineData("64:ff9b:1::10.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("10.0.0.5", false)]
    [InlineData("169.253.1.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("2001:db8::1", false)]
    public void Link_local_addresses_are_known_in_every_spelling(string address, bool expected) =>
        Assert.Equal(expected, OutboundHosts.IsLinkLocal(IPAddress.Parse(address)));

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("2852039166")]
    [InlineData("0xA9FEA9FE")]
    [InlineData("[fe80::1]")]
    public async Task A_link_local_host_is_refused_unless_allowed(string host)
    {
        var refused = await Assert.ThrowsAsync<HostRefusedException>(() =>
            OutboundHosts.ResolveAsync(host, allowLinkLocal: false, CancellationToken.None));
        var allowed = await OutboundHosts.ResolveAsync(host, allowLinkLocal: true, CancellationToken.None);

        Assert.Equal(host, refused.Host);
        Assert.Single(allowed);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    [InlineData("[::]")]
    [InlineData("::ffff:0.0.0.0")]
    public async Task An_address_that_stands_for_any_is_refused_even_where_link_local_ones_are_allowed(string host)
    {
        var refused = await Assert.ThrowsAsync<HostRefusedException>(() =>
            OutboundHosts.ResolveAsync(host, allowLinkLocal: true, CancellationToken.None));

        Assert.Contains("no server can be", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_resolved_to_the_addresses_to_connect_to() =>
        Assert.Contains(await OutboundHosts.ResolveAsync("localhost", allowLinkLocal: false, CancellationToken.None), IPAddress.IsLoopback);

    [Fact]
    public async Task A_name_that_does_not_resolve_is_the_resolvers_error() =>
        await Assert.ThrowsAnyAsync<SocketException>(() =>
            OutboundHosts.ResolveAsync("no-such-host.invalid", allowLinkLocal: false, CancellationToken.None));
}
