using BackupApp.Engines;

namespace BackupApp.Tests.Engines;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("db", "db")]
    [InlineData(" DB.Example.com. ", "db.example.com")]
    [InlineData("my_service", "my_service")]
    [InlineData("straße.example", "xn--strae-oqa.example")]
    [InlineData("例え.jp", "xn--r8jz45g.jp")]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8:0::1", "2001:db8::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("host.docker.internal", "host.docker.internal")]
    public void A_name_or_an_address_is_a_host(string text, string host)
    {
        Assert.Equal(host, HostRules.Normalize(text, out var problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("/var/run/postgresql")]
    [InlineData("@abstract")]
    [InlineData("\\\\.\\pipe")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a,b")]
    [InlineData("a@b")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("http://a")]
    [InlineData("a:5432")]
    [InlineData("a..b")]
    [InlineData("-a")]
    [InlineData("a-.b")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::]")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("[::1")]
    [InlineData("[127.0.0.1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("a;b")]
    [InlineData("$(id)")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example")]
    public void Anything_else_is_refused_with_a_sentence(string? text)
    {
        Assert.Null(HostRules.Normalize(text, out var problem));
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }
}
