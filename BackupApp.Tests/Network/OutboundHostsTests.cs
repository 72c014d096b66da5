using System.Net;
using System.Net.Sockets;
using BackupApp.Network;

namespace BackupApp.Tests.Network;

public sealed class OutboundHostsTests
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("169.254.0.1", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("64:ff9b::a9fe:a9fe", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("100.100.100.200", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.253.0.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("::1", false)]
    public void Link_local_and_metadata_addresses_are_known_in_every_disguise(string address, bool expected) =>
        Assert.Equal(expected, OutboundHosts.IsLinkLocal(IPAddress.Parse(address)));

    [Fact]
    public async Task They_are_refused_unless_allowed()
    {
        var ct = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<HostRefusedException>(() => OutboundHosts.ResolveAsync("169.254.169.254", false, ct));
        Assert.Single(await OutboundHosts.ResolveAsync("169.254.169.254", true, ct));
    }

    [Fact]
    public async Task A_name_nobody_knows_is_a_socket_error() => await Assert.ThrowsAnyAsync<SocketException>(() =>
        OutboundHosts.ResolveAsync("no-such-host.invalid", false, TestContext.Current.CancellationToken));
}
