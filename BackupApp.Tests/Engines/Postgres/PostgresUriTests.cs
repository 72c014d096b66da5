using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.Engines.Postgres;

public sealed class PostgresUriTests
{
    [Theory]
    [InlineData("postgres://ann:pw@db.example.com:6543/shop", "ann", "pw", "db.example.com", 6543, "shop")]
    [InlineData("postgresql://ann:pw@db.example.com/shop", "ann", "pw", "db.example.com", 5432, "shop")]
    [InlineData("POSTGRESQL://ann:pw@DB.example.COM./shop", "ann", "pw", "db.example.com", 5432, "shop")]
    [InlineData("  postgres://ann:pw@h/shop\n", "ann", "pw", "h", 5432, "shop")]
    [InlineData("postgres://ann:pw@h", "ann", "pw", "h", 5432, "ann")]
    [InlineData("postgres://ann:pw@h/", "ann", "pw", "h", 5432, "ann")]
    [InlineData("postgres://ann:pw@h:/x", "ann", "pw", "h", 5432, "x")]
    [InlineData("postgres://ann@h/x", "ann", null, "h", 5432, "x")]
    [InlineData("postgres://ann:@h/x", "ann", null, "h", 5432, "x")]
    [InlineData("postgres://ann:pw@[2001:DB8::1]:5433/x", "ann", "pw", "2001:db8::1", 5433, "x")]
    [InlineData("postgres://ann:pw@[::1]/x", "ann", "pw", "::1", 5432, "x")]
    [InlineData("postgres://ann:pw@192.0.2.7/x", "ann", "pw", "192.0.2.7", 5432, "x")]
    [InlineData("postgres://ann:pw@bücher.example/x", "ann", "pw", "xn--bcher-kva.example", 5432, "x")]
    [InlineData("postgres://ann:pw@b%C3%BCcher.example/x", "ann", "pw", "xn--bcher-kva.example", 5432, "x")]
    [InlineData("postgres://%C3%A4nn:%F0%9F%94%91%2F%40@h/M%C3%BCll%20%26%20Co", "änn", "🔑/@", "h", 5432, "Müll & Co")]
    [InlineData("postgres://ann:a+b:c@h/x", "ann", "a+b:c", "h", 5432, "x")]
    [InlineData("postgres://ann:100%25@h/x", "ann", "100%", "h", 5432, "x")]
    public void A_uri_is_read_into_its_decoded_parts(string uri, string user, string? password, string host, int port, string database)
    {
        var parts = Valid(uri);

        Assert.Equal((user, password, host, port, database), (parts.Username, parts.Password, parts.Host, parts.Port, parts.Database));
    }

    [Theory]
    [InlineData("p@ss")]
    [InlineData("p@ss@")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a@b/c")]
    [InlineData("a@b?c=d")]
    [InlineData("a@b#c")]
    [InlineData("12/x")]
    [InlineData("[x]")]
    [InlineData("a:b@c:d/e?f#g")]
    [InlineData("://?#@")]
    public void A_password_that_nobody_encoded_is_still_understood(string password)
    {
        var parts = Valid($"postgres://ann:{password}@db.example.com:6543/shop?sslmode=require");

        Assert.Equal(("ann", password, "db.example.com", 6543, "shop", TlsMode.Require),
            (parts.Username, parts.Password, parts.Host, parts.Port, parts.Database, parts.TlsMode));
    }

    [Theory]
    [InlineData("", TlsMode.Prefer)]
    [InlineData("?sslmode=disable", TlsMode.Disable)]
    [InlineData("?sslmode=allow", TlsMode.Prefer)]
    [InlineData("?sslmode=prefer", TlsMode.Prefer)]
    [InlineData("?sslmode=require", TlsMode.Require)]
    [InlineData("?sslmode=verify-ca", TlsMode.VerifyCa)]
    [InlineData("?sslmode=verify-full", TlsMode.VerifyFull)]
    [InlineData("?ssl=true", TlsMode.Require)]
    [InlineData("?ssl=true&sslmode=verify-full", TlsMode.VerifyFull)]
    public void The_tls_mode_is_libpqs(string query, TlsMode mode) => Assert.Equal(mode, Valid($"postgres://u@h/d{query}").TlsMode);

    [Fact]
    public void Harmless_parameters_are_kept()
    {
        var parts = Valid(
            "postgres://u:p@h/d?application_name=me%20%26@work&connect_timeout=7&channel_binding=require&target_session_attrs=read-only"
                + "&sslnegotiation=direct&gssencmode=disable&keepalives_idle=30");

        Assert.Equal("me &@work", parts.Parameters["application_name"]);
        Assert.Equal(["application_name", "connect_timeout", "keepalives_idle", "target_session_attrs"], parts.Parameters.Keys.Order());
        Assert.Equal(
            new ConnectionSecurity(TlsMode.Prefer) { ChannelBinding = ChannelBinding.Require, Negotiation = TlsNegotiation.Direct },
            parts.Security);
        Assert.False(parts.SaysTlsMode);
    }

    [Theory]
    [InlineData("sslkey=/etc/key", "sslkey", "PEM")]
    [InlineData("sslcert=/etc/cert", "sslcert", "PEM")]
    [InlineData("sslrootcert=system", "sslrootcert", "PEM")]
    [InlineData("sslpassword=hush", "sslpassword", "PEM")]
    [InlineData("sslcrl=/x", "sslcrl", "remove")]
    [InlineData("passfile=/root/.pgpass", "passfile", "password")]
    [InlineData("service=prod", "service", "host")]
    [InlineData("servicefile=/x", "servicefile", "host")]
    [InlineData("options=-c%20x", "options", "ALTER ROLE")]
    [InlineData("krbsrvname=x", "krbsrvname", "Kerberos")]
    [InlineData("gssencmode=require", "gssencmode", "Kerberos")]
    [InlineData("host=/var/run/postgresql", "host", "in front of")]
    [InlineData("hostaddr=10.0.0.1", "hostaddr", "in front of")]
    [InlineData("port=1", "port", "in front of")]
    [InlineData("user=x", "user", "in front of")]
    [InlineData("password=hush", "password", "in front of")]
    [InlineData("dbname=x", "dbname", "in front of")]
    [InlineData("pgbouncer=true", "pgbouncer", "direct port")]
    [InlineData("sslmode=sometimes", "sslmode", "verify-full")]
    [InlineData("connect_timeout=-1", "connect_timeout", "seconds")]
    [InlineData("target_session_attrs=any&target_session_attrs=primary", "target_session_attrs", "twice")]
    [InlineData("whatever=1", "whatever", "not supported")]
    [InlineData("require_auth=password", "require_auth", "never sent")]
    [InlineData("ssl_max_protocol_version=TLSv1", "ssl_max_protocol_version", "newest TLS")]
    [InlineData("sslmode=disable&channel_binding=require", "sslmode", "encrypted")]
    [InlineData("sslmode=prefer&sslnegotiation=direct", "sslmode", "encrypted")]
    [InlineData("SSLMODE=require", "SSLMODE", "not supported")]
    [InlineData("load_balance_hosts=random", "load_balance_hosts", "not supported")]
    [InlineData("application_name", "uri", "name=value")]
    public void Other_parameters_are_refused_with_what_to_do_instead(string query, string field, string advice)
    {
        var result = PostgresUri.Parse($"postgres://u:hunter2@h/d?{query}");

        Assert.False(result.Ok);
        Assert.Contains(advice, result.Problems[field], StringComparison.Ordinal);
        Assert.Single(result.Problems);
    }

    [Theory]
    [InlineData("mysql://u:hunter2@h/d", "uri", "postgresql://")]
    [InlineData("jdbc:postgresql://h/d", "uri", "postgresql://")]
    [InlineData("", "uri", "postgresql://")]
    [InlineData(null, "uri", "postgresql://")]
    [InlineData("postgres://", "host", "name or address")]
    [InlineData("postgres://u:hunter2@", "host", "name or address")]
    [InlineData("postgres:///d", "username", "missing")]
    [InlineData("postgres://h/d", "username", "missing")]
    [InlineData("postgres://:hunter2@h/d", "username", "missing")]
    [InlineData("postgres://u:hunter2@h1,h2/d", "host", "These are 2 servers, and a backup reads from one. Choose it: h1, h2.")]
    [InlineData("postgres://u:hunter2@h1:1,[2001:DB8::1]:2/d?target_session_attrs=primary", "host", "Choose it: h1:1, [2001:db8::1]:2.")]
    [InlineData("postgres://u:hunter2@h1%2Ch2/d", "host", "Choose it: h1, h2.")]
    [InlineData("postgres://u:hunter2@h1,%2Frun/d", "host", "name one, best")]
    [InlineData("postgres://u:1,hunter2", "username", "missing")]
    [InlineData("postgres://u:hunter2@::/d", "port", "65535")]
    [InlineData("postgres://u:hunter2@[::]/d", "host", "stands for")]
    [InlineData("postgres://u:hunter2@0.0.0.0/d", "host", "stands for")]
    [InlineData("postgres://u:hunter2@%2Fvar%2Frun%2Fpostgresql/d", "host", "Socket")]
    [InlineData("postgres://u:hunter2@%40abstract/d", "host", "Socket")]
    [InlineData("postgres://u:hunter2@h:0/d", "port", "65535")]
    [InlineData("postgres://u:hunter2@h:99999/d", "port", "65535")]
    [InlineData("postgres://u:hunter2@h:x/d", "port", "65535")]
    [InlineData("postgres://u:hunter2%@h/d", "password", "%25")]
    [InlineData("postgres://u:hunter2%zz@h/d", "password", "%25")]
    [InlineData("postgres://u:hunter2%ff@h/d", "password", "UTF-8")]
    [InlineData("postgres://u:hunter2%00@h/d", "password", "%00")]
    [InlineData("postgres://u:hunter2@h/a%", "database", "%25")]
    [InlineData("postgres://u:hunter2@h/a/b", "database", "%2F")]
    [InlineData("postgres://u:hunter2@[::1/d", "uri", "percent-encoded")]
    [InlineData("postgres://u:hunter2@[::g]/d", "host", "IPv6")]
    [InlineData("postgres://u:hunter2@[fe80::1%25eth0]/d", "host", "without any of")]
    [InlineData("postgres://u:hunter2@ho st/d", "host", "spaces")]
    [InlineData("postgres://u:hunter2", "username", "missing")]
    [InlineData("postgres://u:12?hunter2=x", "username", "missing")]
    [InlineData("postgres://u:hunter2#x", "uri", "percent-encoded")]
    public void Bad_uris_give_a_sentence_for_the_field_and_no_secret(string? uri, string field, string part)
    {
        var result = PostgresUri.Parse(uri);

        Assert.False(result.Ok);
        Assert.Contains(part, result.Problems[field], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Join('\n', result.Problems.Select(p => p.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_told_at_once() => Assert.Equal(["database", "host", "password", "port", "sslkey"],
        PostgresUri.Parse("postgres://u:%@h_?*:0/%?sslkey=x".Replace("?*", "!", StringComparison.Ordinal)).Problems.Keys.Order());

    [Fact]
    public void Nothing_that_is_printed_shows_the_password()
    {
        var result = PostgresUri.Parse("postgres://u:hunter2@h/d?sslmode=verify-full&application_name=a%20b");
        var connection = result.Parts!.ToConnection(new ConnectionSecrets(null, "ca", "cert", "hush"));

        Assert.Equal("postgresql://u@h:5432/d?sslmode=verify-full&application_name=a%20b", PostgresUri.ToDisplayString(connection));
        foreach (var text in new object[] { result, result.Parts, connection, connection.Secrets, PostgresUri.ToDisplayString(connection) })
            Assert.DoesNotMatch("hunter2|hush", text.ToString());
    }

    [Fact]
    public void Whatever_was_encoded_comes_back_the_same()
    {
        var random = new Random(4711);
        for (var i = 0; i < 5000; i++)
        {
            var (user, password, database) = (RandomText(random), RandomText(random), RandomText(random));
            var uri = $"postgresql://{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(password)}@h:1/{Uri.EscapeDataString(database)}";
            var parts = Valid(uri);
            Assert.Equal((user, password, database), (parts.Username, parts.Password, parts.Database));
        }
    }

    [Fact]
    public void The_display_form_reads_back_as_the_same_connection_without_its_password()
    {
        var random = new Random(42);
        for (var i = 0; i < 1000; i++)
        {
            var parts = new PostgresUriParts("2001:db8::1", 6000, RandomText(random), RandomText(random), "hunter2", TlsMode.VerifyCa,
                new Dictionary<string, string> { ["application_name"] = RandomText(random).Replace('\t', ' ') });
            var read = Valid(PostgresUri.ToDisplayString(parts.ToConnection()));
            Assert.Equal((parts.Username, parts.Database, parts.Host, null, parts.Parameters["application_name"]),
                (read.Username, read.Database, read.Host, read.Password, read.Parameters["application_name"]));
        }
    }

    [Fact]
    public void No_text_makes_it_throw_or_repeat_itself()
    {
        var random = new Random(7);
        const string alphabet = "postgres://@:/?#[]%&=,. \\\0\n2Fé\uD800";
        for (var i = 0; i < 20000; i++)
        {
            var text = new StringBuilder("postgres://u:hunter2");
            for (var n = random.Next(25); n > 0; n--)
                text.Append(alphabet[random.Next(alphabet.Length)]);
            var result = PostgresUri.Parse(text.ToString());
            Assert.NotEqual(result.Ok, result.Problems.Count > 0);
            Assert.All(result.Problems, p => Assert.DoesNotContain("hunter2", p.ToString(), StringComparison.Ordinal));
        }
    }

    private static PostgresUriParts Valid(string uri)
    {
        var result = PostgresUri.Parse(uri);
        Assert.True(result.Ok, string.Join('\n', result.Problems));
        return result.Parts;
    }

    private static string RandomText(Random random)
    {
        const string alphabet = "abcXYZ019:@/?#[]%&=+,;'\"\\ <>{}|^`~$!*()-_.\täöüßñ€漢";
        var text = new StringBuilder();
        for (var n = random.Next(1, 20); n > 0; n--)
            text.Append(random.Next(20) == 0 ? "🔑" : alphabet[random.Next(alphabet.Length)].ToString());
        return text.ToString();
    }
}
