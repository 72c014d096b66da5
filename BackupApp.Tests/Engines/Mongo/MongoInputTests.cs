using BackupApp.DataSources;
using BackupApp.Engines;
using BackupApp.Engines.Mongo;
using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.Engines.Mongo;

public sealed class MongoInputTests
{
    private static readonly DatabaseConnection Stored = MongoUri
        .Parse("mongodb://keeper:kept@h1:27018,h2/shop?replicaSet=rs0&authSource=admin&compressors=zstd&tls=true")
        .Connection!;

    [Fact]
    public void The_single_fields_make_the_same_connection_as_the_uri()
    {
        var (connection, problems) = Read(new MongoFields
        {
            Hosts = "h1:27018\r\nh2",
            Database = "shop",
            Username = "keeper",
            Password = "p@ss:/?#",
            ReplicaSet = "rs0",
            TlsMode = TlsMode.VerifyFull,
            Parameters = "compressors=zstd",
        });

        Assert.Empty(problems);
        Assert.Equal(MongoUri.ToDisplayString(Stored), MongoUri.ToDisplayString(connection!));
        Assert.Equal("p@ss:/?#", connection!.Secrets.Password);
    }

    [Fact]
    public void An_edit_form_shows_everything_but_the_password_and_saves_it_unchanged()
    {
        var fields = MongoFields.From(Stored);

        var (connection, problems) = Read(fields, stored: Stored);

        Assert.Empty(problems);
        Assert.Null(fields.Password);
        Assert.Equal(MongoUri.ToDisplayString(Stored), MongoUri.ToDisplayString(connection!));
        Assert.Equal("kept", connection!.Secrets.Password);
    }

    public static TheoryData<Action<MongoFields>> Moves => new()
    {
        f => f.Hosts = "h1:27018\nevil.example.com",
        f => f.Hosts = "h1:27018\nh2\nevil.example.com",
        f => (f.Hosts, f.Srv) = ("evil.example.com", true),
        f => f.Username = "another",
        f => f.TlsMode = TlsMode.Require,
        f => f.AuthSource = "elsewhere",
        f => f.Mechanism = "SCRAM-SHA-1",
        f => f.ReplicaSet = "rs1",
        f => f.Parameters = "appName=other",
    };

    [Theory]
    [MemberData(nameof(Moves), DisableDiscoveryEnumeration = true)]
    public void Moving_a_source_asks_for_its_password_again(Action<MongoFields> move)
    {
        var fields = MongoFields.From(Stored);
        move(fields);

        var (_, problems) = Read(fields, stored: Stored);

        Assert.Equal("Mongo.Password", Assert.Single(problems.Keys));
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var (_, problems) = Read(new MongoFields
        {
            Hosts = "/tmp/mongodb.sock",
            Database = "a b",
            Username = "u\n",
            AuthSource = "x/y",
            ReadPreference = "fastest",
            TlsMode = TlsMode.Prefer,
            Parameters = "tlsCAFile=/etc/passwd",
        });

        Assert.Equal(
            [
                "Mongo.AuthSource", "Mongo.Database", "Mongo.Hosts", "Mongo.Parameters", "Mongo.ReadPreference",
                "Mongo.TlsMode", "Mongo.Username",
            ],
            problems.Keys.Order());
    }

    [Fact]
    public void The_encryption_has_one_place() =>
        Assert.Equal(
            "Mongo.Parameters",
            Assert.Single(
                    Read(
                        new MongoFields { Hosts = "h", Database = "d", Parameters = "tls=false" }).Problems)
                .Key);

    [Theory]
    [InlineData("ssl=true")]
    [InlineData("TLS=true")]
    [InlineData("tlsInsecure=true")]
    [InlineData("tlsAllowInvalidCertificates=true")]
    [InlineData("tlsAllowInvalidHostnames=false")]
    [InlineData("tlsCAFile=/x")]
    [InlineData("tlsCertificateKeyFile=/x")]
    [InlineData("tlsDisableOCSPEndpointCheck=true")]
    [InlineData("authMechanism=SCRAM-SHA-1")]
    [InlineData("AUTHSOURCE=evil")]
    [InlineData("authMechanismProperties=SERVICE_NAME:x")]
    [InlineData("gssapiServiceName=x")]
    [InlineData("proxyHost=evil")]
    [InlineData("srvServiceName=x")]
    [InlineData("loadBalanced=true")]
    public void No_further_parameter_means_security(string parameters) =>
        Assert.Equal(
            "Mongo.Parameters",
            Assert.Single(
                    Read(
                        new MongoFields
                        {
                            Hosts = "h",
                            Database = "d",
                            Username = "u",
                            Password = "p",
                            TlsMode = TlsMode.VerifyFull,
                            Parameters = parameters,
                        }).Problems)
                .Key);

    [Theory]
    [InlineData("mongodb://u:p@h", SourceScope.Database, "Uri")]
    [InlineData("mongodb://u:p@h/shop", SourceScope.Database, null)]
    [InlineData("mongodb://u:p@h", SourceScope.Server, null)]
    [InlineData("mongodb://u:p@h/shop", SourceScope.Server, null)]
    public void A_database_is_needed_unless_the_whole_server_is_meant(string uri, SourceScope scope, string? problem)
    {
        var input = new DataSourceInput
        {
            Engine = Engine.Mongodb,
            Mode = CredentialMode.ConnectionUri,
            Uri = uri,
            Selection = new() { Scope = scope },
        };
        var problems = new Dictionary<string, string>();

        var connection = input.ReadConnection(new MongoForm(), null, problems);

        Assert.Equal(problem, problems.Keys.SingleOrDefault());
        if (problem is null)
            Assert.Equal(scope == SourceScope.Server ? "" : "shop", connection!.Database);
    }

    [Theory]
    [InlineData(SourceScope.Database, "a\r\nb.c\n\na", "a b.c", false)]
    [InlineData(SourceScope.Server, "a", "", true)]
    public void Collections_are_left_out_of_one_database_and_the_oplog_is_taken_of_a_whole_server(
        SourceScope scope, string text, string names, bool oplog)
    {
        var problems = new Dictionary<string, string>();

        var selection = new MongoForm().ReadSelection(new() { Scope = scope, ExcludeCollections = text, Oplog = true }, problems);

        Assert.Empty(problems);
        Assert.Equal((names, oplog), (string.Join(' ', selection.ExcludeCollections), selection.Oplog));
    }

    [Fact]
    public void A_name_that_no_collection_can_have_is_named()
    {
        var problems = new Dictionary<string, string>();

        new MongoForm().ReadSelection(new() { ExcludeCollections = "good\nb$d" }, problems);

        Assert.Contains("b$d", problems["Selection.ExcludeCollections"], StringComparison.Ordinal);
    }

    private static (DatabaseConnection? Connection, Dictionary<string, string> Problems) Read(
        MongoFields fields, DatabaseConnection? stored = null)
    {
        var problems = new Dictionary<string, string>();
        return (
            new DataSourceInput { Engine = Engine.Mongodb, Mongo = fields }.ReadConnection(new MongoForm(), stored, problems),
            problems);
    }
}
