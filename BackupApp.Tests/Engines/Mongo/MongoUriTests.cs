using BackupApp.Engines;
using BackupApp.Engines.Mongo;

namespace BackupApp.Tests.Engines.Mongo;

public sealed class MongoUriTests
{
    private const string Secret = "geheim";

    [Fact]
    public void A_whole_uri_is_kept_in_its_parts()
    {
        var connection = Read(
            "mongodb://keeper:pw@A.example.com:27018,b.example.com,[2001:db8::1]:27019/shop?"
            + "replicaSet=rs0&readPreference=secondaryPreferred&authSource=admin&TLS=true&compressors=zstd,snappy&retryWrites=true&"
            + "w=majority");

        Assert.Equal(["a.example.com:27018", "b.example.com:27017", "[2001:db8::1]:27019"], connection.Servers.Select(s => s.ToString()));
        Assert.Equal((Engine.Mongodb, "shop", "keeper", "pw", TlsMode.VerifyFull, false),
            (connection.Engine, connection.Database, connection.Username, connection.Secrets.Password, connection.TlsMode, connection.Srv));
        Assert.Equal(
            ["compressors=zstd,snappy", "readPreference=secondaryPreferred", "replicaSet=rs0", "retryWrites=true", "w=majority"],
            connection.Parameters.Select(p => $"{p.Key}={p.Value}").Order());
        Assert.Equal("admin", connection.Security.AuthSource);
    }

    [Theory]
    [InlineData("mongodb://h", "")]
    [InlineData("mongodb://h/", "")]
    [InlineData("mongodb://h/?tls=true", "")]
    [InlineData("mongodb://u:p@h/shop", "authSource=shop")]
    [InlineData("mongodb://u:p@h", "authSource=admin")]
    [InlineData("mongodb://u:p@h/shop?authsource=admin", "authSource=admin")]
    [InlineData("mongodb+srv://u:p@c.example.com/shop", "")]
    [InlineData("mongodb://h/shop?authMechanism=MONGODB-X509&tls=true", "authMechanism=MONGODB-X509 authSource=$external")]
    public void Where_the_login_is_made_is_written_out_unless_dns_may_say_it(string uri, string parameters) =>
        Assert.Equal(
            parameters,
            string.Join(
                ' ',
                new[] { ("authMechanism", Read(uri).Security.Mechanism), ("authSource", Read(uri).Security.AuthSource) }
                    .Where(p => p.Item2 is not null).Select(p => $"{p.Item1}={p.Item2}")));

    [Fact]
    public void Nothing_that_means_security_is_left_among_the_parameters() => Assert.Equal(["appName"],
        Read(
            "mongodb://u:p@h/d?authSource=admin&authMechanism=SCRAM-SHA-256&tls=true&ssl=true&tlsInsecure=true&"
            + "tlsAllowInvalidHostnames=false&appName=x").Parameters.Keys);

    [Theory]
    [InlineData("mongodb://h/d", true)]
    [InlineData("mongodb://h/d?tls=false", false)]
    [InlineData("mongodb+srv://c.example.com/d", false)]
    public void Encryption_is_open_until_somebody_says_it(string uri, bool open) => Assert.Equal(open, Read(uri).ChoosesTls);

    [Theory]
    [InlineData("mongodb://h/d", TlsMode.Disable)]
    [InlineData("mongodb://h/d?ssl=true", TlsMode.VerifyFull)]
    [InlineData("mongodb://h/d?tls=true&tlsInsecure=true", TlsMode.Require)]
    [InlineData("mongodb://h/d?tls=true&tlsAllowInvalidCertificates=true", TlsMode.Require)]
    [InlineData("mongodb://h/d?tlsInsecure=true", TlsMode.Require)]
    [InlineData("mongodb+srv://c.example.com/d", TlsMode.VerifyFull)]
    [InlineData("mongodb+srv://c.example.com/d?tls=false", TlsMode.Disable)]
    public void Encryption_is_read_from_all_its_spellings(string uri, TlsMode mode) => Assert.Equal(mode, Read(uri).TlsMode);

    [Theory]
    [InlineData("mongodb://u:p%40ss%2Fw%3Frd%3A%25@h/d", "p@ss/w?rd:%")]
    [InlineData("mongodb://u:p@ss/w?rd:x@h/d?tls=true", "p@ss/w?rd:x")]
    [InlineData("mongodb://u:a@b,c@h1:1,h2:2/d", "a@b,c")]
    [InlineData("mongodb://u:%F0%9F%94%91+%C3%BC@h/d", "🔑+ü")]
    [InlineData("mongodb://u:a@b?c=d@h/d", "a@b?c=d")]
    public void Passwords_are_read_encoded_and_as_they_were_pasted(string uri, string password) =>
        Assert.Equal(password, Read(uri).Secrets.Password);

    [Theory]
    [InlineData("http://h/d", "uri")]
    [InlineData("postgresql://u:geheim@h/d", "uri")]
    [InlineData("mongodb://u:geheim@/d", "host")]
    [InlineData("mongodb://u:geheim@%2Ftmp%2Fmongodb.sock/d", "host")]
    [InlineData("mongodb://u:geheim@h:99999/d", "host")]
    [InlineData("mongodb://u:geheim@h1,h2:x/d", "uri host")]
    [InlineData("mongodb://u:geheim@h/a.b", "database")]
    [InlineData("mongodb://:geheim@h/d", "username")]
    [InlineData("mongodb+srv://u:geheim@c.example.com:27017/d", "host")]
    [InlineData("mongodb+srv://u:geheim@a.example.com,b.example.com/d", "host")]
    [InlineData("mongodb+srv://u:geheim@localhost/d", "host")]
    [InlineData("mongodb://u:geheim@h/d?tlsCAFile=/etc/passwd", "tlsCAFile")]
    [InlineData("mongodb://u:geheim@h/d?tlsCertificateKeyFile=/x", "tlsCertificateKeyFile")]
    [InlineData("mongodb://u:geheim@h/d?TLSCERTIFICATEKEYFILE=/x", "TLSCERTIFICATEKEYFILE")]
    [InlineData("mongodb://u:geheim@h/d?tlsAllowInvalidHostnames=true&tls=true", "tlsAllowInvalidHostnames")]
    [InlineData("mongodb://u:geheim@h/d?authMechanism=GSSAPI", "authMechanism")]
    [InlineData("mongodb://u:geheim@h/d?authMechanism=PLAIN", "authMechanism")]
    [InlineData("mongodb://u:geheim@h/d?authMechanismProperties=AWS_SESSION_TOKEN:geheim", "authMechanismProperties")]
    [InlineData("mongodb://u:geheim@h/d?authMechanism=MONGODB-X509", "authMechanism")]
    [InlineData("mongodb://u:geheim@h/d?proxyHost=x", "proxyHost")]
    [InlineData("mongodb://u:geheim@h/d?srvServiceName=x", "srvServiceName")]
    [InlineData("mongodb://u:geheim@h/d?whatever=1", "whatever")]
    [InlineData("mongodb://u:geheim@h/d?readPreference=fastest", "readPreference")]
    [InlineData("mongodb://u:geheim@h/d?readPreferenceTags=a:b", "readPreferenceTags")]
    [InlineData("mongodb://u:geheim@h/d?maxStalenessSeconds=10", "maxStalenessSeconds")]
    [InlineData("mongodb://u:geheim@h/d?compressors=lzma", "compressors")]
    [InlineData("mongodb://u:geheim@h/d?tls=true&ssl=false", "ssl")]
    [InlineData("mongodb://u:geheim@h/d?tls=true&TLS=true", "TLS")]
    [InlineData("mongodb://u:geheim@h/d?connectTimeoutMS=soon", "connectTimeoutMS")]
    [InlineData("mongodb://u:geheim@h1,h2/d?directConnection=true", "directConnection")]
    [InlineData("mongodb://u:geheim%zz@h/d", "password")]
    public void What_cannot_be_is_named_without_repeating_the_password(string uri, string fields)
    {
        var result = MongoUri.Parse(uri);

        Assert.Null(result.Connection);
        Assert.Contains(Assert.Single(result.Problems).Key, fields.Split(' '));
        Assert.DoesNotContain(Secret, string.Concat(result.Problems.Values), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://kee%40per:geheim@h1:1,[::1]:2/shop?tls=true&replicaSet=r%20s&authSource=admin")]
    [InlineData("mongodb+srv://keeper:geheim@c.example.com/shop?readPreference=nearest")]
    [InlineData("mongodb://h/shop?tls=true&tlsInsecure=true")]
    public void What_is_shown_holds_no_password_and_reads_back_to_the_same(string uri)
    {
        var connection = Read(uri);
        var shown = MongoUri.ToDisplayString(connection);
        var again = Read(shown);

        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.Equal(shown, MongoUri.ToDisplayString(again));
        Assert.Equal(
            (connection.Username, connection.Database, connection.TlsMode, connection.Srv),
            (again.Username, again.Database, again.TlsMode, again.Srv));
        Assert.Equal(connection.Servers, again.Servers);
    }

    private static DatabaseConnection Read(string uri)
    {
        var result = MongoUri.Parse(uri);
        Assert.Empty(result.Problems);
        return result.Connection!;
    }
}
