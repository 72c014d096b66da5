using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.DataSources;

public sealed class DataSourceInputTests
{
    private const string Pem = "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----";
    private const string KeyPem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----";

    private static readonly DatabaseConnection Stored = new(
        Engine.Postgres,
        "db.example.com",
        5432,
        "shop",
        "keeper",
        TlsMode.Require,
        new Dictionary<string, string> { ["connect_timeout"] = "3" },
        new ConnectionSecrets("kept", Pem));

    [Fact]
    public void An_empty_password_keeps_the_stored_one_and_everything_else_that_has_no_field()
    {
        var (connection, problems) = Read(Input());

        Assert.Empty(problems);
        Assert.Equal((new ConnectionSecrets("kept", Pem), "3"), (connection!.Secrets, connection.Parameters["connect_timeout"]));
    }

    [Fact]
    public void Another_database_of_the_same_server_keeps_it_too()
    {
        var (connection, problems) = Read(Input(i => i.Database = "other"));

        Assert.Empty(problems);
        Assert.Equal(("other", "kept"), (connection!.Database, connection.Secrets.Password));
    }

    public static TheoryData<string, Action<DataSourceInput>> Moves => new()
    {
        { "host", i => i.Host = "evil.example.com" },
        { "port", i => i.Port = 5433 },
        { "user", i => i.Username = "another" },
        { "TLS mode", i => i.TlsMode = TlsMode.Disable },
        { "stronger TLS mode", i => i.TlsMode = TlsMode.VerifyFull },
        { "CA", i => i.CaCertificatePem = Pem.Replace('x', 'y') },
        { "client certificate", i => (i.ClientCertificatePem, i.ClientKeyPem) = (Pem, KeyPem) },
        { "channel binding", i => i.ChannelBinding = ChannelBinding.Disable },
        { "negotiation", i => i.TlsNegotiation = TlsNegotiation.Direct },
        { "parameters", i => i.Parameters = new() { ["connect_timeout"] = "4" } },
        { "no parameters", i => i.Parameters = [] },
        {
            "URI's parameters",
            i => (i.Mode, i.Uri) = (CredentialMode.ConnectionUri, "postgresql://keeper@db.example.com/shop?sslmode=require")
        },
        { "URI", i => (i.Mode, i.Uri) = (CredentialMode.ConnectionUri, "postgresql://keeper@evil.example.com/shop?sslmode=require") },
    };

    [Theory]
    [MemberData(nameof(Moves), DisableDiscoveryEnumeration = true)]
    public void Moving_a_source_asks_for_its_password_again(string what, Action<DataSourceInput> move)
    {
        var (_, problems) = Read(Input(move));

        Assert.Equal(what.StartsWith("URI", StringComparison.Ordinal) ? "Uri" : "Password", Assert.Single(problems.Keys));
        var (connection, none) = Read(Input(i =>
        {
            move(i);
            i.Password = "new";
            i.Uri = i.Uri?.Replace("keeper@", "keeper:new@", StringComparison.Ordinal);
        }));
        Assert.Empty(none);
        Assert.Equal("new", connection!.Secrets.Password);
    }

    [Theory]
    [InlineData("sslmode")]
    [InlineData("SSLMODE")]
    [InlineData("ssl")]
    [InlineData("tls")]
    [InlineData("requiressl")]
    [InlineData("sslnegotiation")]
    [InlineData("channel_binding")]
    [InlineData("require_auth")]
    [InlineData("gssencmode")]
    [InlineData("gsslib")]
    [InlineData("krbsrvname")]
    [InlineData("sslrootcert")]
    [InlineData("sslcert")]
    [InlineData("sslkey")]
    [InlineData("sslcrl")]
    [InlineData("sslcertmode")]
    [InlineData("ssl_min_protocol_version")]
    [InlineData("ssl_max_protocol_version")]
    [InlineData("passfile")]
    [InlineData("service")]
    [InlineData("options")]
    [InlineData("host")]
    [InlineData("hostaddr")]
    public void No_further_parameter_means_security_or_names_another_server(string name)
    {
        foreach (var value in new[] { "disable", "prefer", "require", "true", "false", "" })
            Assert.Equal(
                [$"Parameters.{name}"],
                Read(Input(i => (i.Password, i.Parameters) = ("new", new() { [name] = value }))).Problems.Keys);
    }

    [Fact]
    public void Without_a_word_about_encryption_it_stays_as_it_is_at_the_same_server_and_is_chosen_anew_at_another()
    {
        var same = Read(Input(i => i.TlsMode = null)).Connection!;
        var other = Read(Input(i => (i.TlsMode, i.Host, i.Password) = (null, "other.example.com", "new"))).Connection!;

        Assert.Equal((TlsMode.Require, false), (same.TlsMode, same.ChoosesTls));
        Assert.True(other.ChoosesTls);
    }

    [Fact]
    public void A_source_that_logs_in_by_its_certificate_alone_asks_for_that_again()
    {
        var stored = Stored with { Secrets = new ConnectionSecrets(null, null, Pem, KeyPem) };
        var problems = new Dictionary<string, string>();
        var input = Input(i => i.Host = "evil.example.com");

        input.ReadConnection(new PostgresForm(), stored, problems);

        Assert.Equal(["ClientKeyPem"], problems.Keys);
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var input = new DataSourceInput { Name = " ", Host = "/var/run/postgresql", Port = 0, CaCertificatePem = "no PEM" };
        var problems = new Dictionary<string, string>();

        input.ReadName(problems);
        input.ReadConnection(new PostgresForm(), null, problems);

        Assert.Equal(["CaCertificatePem", "Database", "Host", "Name", "Port", "Username"], problems.Keys.Order());
    }

    [Theory]
    [InlineData(Pem, null, false)]
    [InlineData(null, KeyPem, false)]
    [InlineData(Pem, KeyPem, true)]
    [InlineData(Pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx", false)]
    public void A_client_certificate_comes_with_a_key_that_needs_no_passphrase(string? certificate, string? key, bool good)
    {
        var (_, problems) = Read(Input(i => (i.ClientCertificatePem, i.ClientKeyPem, i.Password) = (certificate, key, "new")));

        Assert.Equal(good, problems.Count == 0);
        Assert.Equal(good ? [] : ["ClientKeyPem"], problems.Keys);
    }

    [Fact]
    public void What_an_edit_form_shows_holds_no_secret() => Assert.DoesNotContain(
        typeof(DataSourceInput)
            .GetProperties()
            .Where(p => p.Name is "Password" or "Uri" || p.Name.EndsWith("Pem", StringComparison.Ordinal)),
        p => p.GetValue(Input()) is not null);

    private static DataSourceInput Input(Action<DataSourceInput>? change = null)
    {
        var input = new DataSourceInput
        {
            Name = "Shop",
            Host = Stored.Host,
            Port = Stored.Port,
            Database = Stored.Database,
            Username = Stored.Username,
            TlsMode = Stored.TlsMode,
        };
        change?.Invoke(input);
        return input;
    }

    private static (DatabaseConnection? Connection, Dictionary<string, string> Problems) Read(DataSourceInput input)
    {
        var problems = new Dictionary<string, string>();
        return (input.ReadConnection(new PostgresForm(), Stored, problems), problems);
    }
}
