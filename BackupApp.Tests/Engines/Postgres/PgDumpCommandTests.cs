using System.Net;
using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Engines.Postgres;

public sealed class PgDumpCommandTests : IDisposable
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly ConnectedServer Server = new(new("90.1", 90, null, true, true, null), IPAddress.Parse("192.0.2.7"));
    private static readonly DatabaseConnection Plain = new(
        Engine.Postgres,
        "db.example",
        5433,
        "shop",
        "reader",
        TlsMode.Prefer,
        new Dictionary<string, string>(),
        new ConnectionSecrets("pass word"));

    private readonly string _folder = Directory.CreateTempSubdirectory("backupapp-dump-").FullName;

    [Fact]
    public async Task The_command_line_holds_no_secret_and_the_environment_all_of_it()
    {
        using var command = await PrepareAsync(Plain);

        Assert.Equal("pg_dump 90.1", command.ToolVersion);
        Assert.Equal(
            [
                "--format=custom", "--compress=0", "--no-password", "--lock-wait-timeout=600000",
                "--dbname=dbname='shop' keepalives_idle='60' keepalives_interval='20' keepalives_count='6'",
            ],
            command.Arguments);
        Assert.DoesNotContain("pass word", command.ToString(), StringComparison.Ordinal);
        var environment = command.Environment;
        Assert.Equal(
            ("db.example", "192.0.2.7", "5433", "reader", "pass word", "prefer", "30"),
            (
                environment["PGHOST"],
                environment["PGHOSTADDR"],
                environment["PGPORT"],
                environment["PGUSER"],
                environment["PGPASSWORD"],
                environment["PGSSLMODE"],
                environment["PGCONNECT_TIMEOUT"]));
        Assert.All(
            ["HOME", "PGPASSFILE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY"],
            name => Assert.StartsWith("/nonexistent", environment[name], StringComparison.Ordinal));
        Assert.DoesNotContain("PGOPTIONS", environment.Keys);
        Assert.Contains("pass word", command.Secrets);
        Assert.Null(command.PrivateFolder);
    }

    [Fact]
    public async Task Allowed_parameters_go_to_libpq_which_refuses_what_it_does_not_know()
    {
        var parameters = new Dictionary<string, string>
        {
            ["keepalives_idle"] = "5",
            ["application_name"] = @"o'b\",
            ["target_session_attrs"] = "read-write",
        };
        var security = new ConnectionSecurity(TlsMode.Require)
        {
            ChannelBinding = ChannelBinding.Require,
            Negotiation = TlsNegotiation.Direct,
        };
        using var command = await PrepareAsync(Plain with { Parameters = parameters, Security = security });

        Assert.Equal(
            @"--dbname=dbname='shop' keepalives_interval='20' keepalives_count='6' application_name='o\'b\\' "
            + "channel_binding='require' keepalives_idle='5' sslnegotiation='direct' target_session_attrs='read-write'",
            command.Arguments[^1]);
        Assert.Equal(@"o'b\", command.ApplicationName);
    }

    [Fact]
    public async Task Certificates_are_private_files_that_go_with_the_command()
    {
        var secrets = new ConnectionSecrets("pw", "-----CA", "-----CERT", "-----KEY\nline");
        var command = await PrepareAsync(Plain with { TlsMode = TlsMode.VerifyFull, Secrets = secrets });

        var folder = command.PrivateFolder!;
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        foreach (var (variable, text) in new[] { ("PGSSLROOTCERT", "-----CA"), ("PGSSLCERT", "-----CERT"), ("PGSSLKEY", "-----KEY\nline") })
        {
            var file = command.Environment[variable];
            Assert.Equal(
                (folder, text, OwnerFile),
                (
                    Path.GetDirectoryName(file),
                    await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                    File.GetUnixFileMode(file)));
        }

        Assert.Contains("-----KEY\nline", command.Secrets);
        command.Dispose();
        Assert.False(Directory.Exists(folder));
    }

    [Theory]
    [InlineData(TlsMode.Disable, "disable", false)]
    [InlineData(TlsMode.Prefer, "prefer", false)]
    [InlineData(TlsMode.Require, "require", true)]
    [InlineData(TlsMode.VerifyCa, "verify-ca", true)]
    [InlineData(TlsMode.VerifyFull, "verify-full", true)]
    public async Task An_authority_is_used_from_require_on(TlsMode mode, string name, bool used)
    {
        using var command = await PrepareAsync(Plain with { TlsMode = mode, Secrets = new("pw", "-----CA") });

        Assert.Equal((name, used), (command.Environment["PGSSLMODE"], File.Exists(command.Environment["PGSSLROOTCERT"])));
    }

    [Theory]
    [InlineData("unknown_option", "x")]
    [InlineData("passfile", "/etc/shadow")]
    [InlineData("options", "-c x=y")]
    [InlineData("sslmode", "disable")]
    [InlineData("ssl", "true")]
    [InlineData("channel_binding", "disable")]
    [InlineData("require_auth", "password")]
    [InlineData("gssencmode", "prefer")]
    public async Task A_parameter_that_is_not_allowed_is_refused_not_passed_over(string name, string value)
    {
        var exception = await RefuseAsync(Plain with { Parameters = new Dictionary<string, string> { [name] = value } });
        Assert.Contains($"{name}: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/run/postgresql", "shop", "me")]
    [InlineData("@abstract", "shop", "me")]
    [InlineData("one,two", "shop", "me")]
    [InlineData("", "shop", "me")]
    [InlineData("host", "", "me")]
    [InlineData("host", "shop", "")]
    [InlineData("host", "sh\0op", "me")]
    public async Task What_libpq_would_read_as_something_else_is_refused(string host, string database, string user) =>
        await RefuseAsync(Plain with { Host = host, Database = database, Username = user });

    [Theory]
    [InlineData(TlsMode.Disable, null, true)]
    [InlineData(TlsMode.Prefer, "-----CA", true)]
    [InlineData(TlsMode.Require, null, true)]
    [InlineData(TlsMode.VerifyCa, null, true)] // Any public authority would do.
    [InlineData(TlsMode.Require, "-----CA", false)]
    [InlineData(TlsMode.VerifyCa, "-----CA", false)]
    [InlineData(TlsMode.VerifyFull, null, false)]
    public async Task Unless_the_server_is_known_its_password_is_only_proved_never_sent(TlsMode mode, string? authority, bool guarded)
    {
        using var command = await PrepareAsync(Plain with { TlsMode = mode, Secrets = new("pw", authority) });
        using var withoutPassword = await PrepareAsync(Plain with { TlsMode = mode, Secrets = new(null, authority) });

        Assert.Equal(guarded ? "scram-sha-256,md5" : null, command.Environment.GetValueOrDefault("PGREQUIREAUTH"));
        Assert.DoesNotContain("PGREQUIREAUTH", withoutPassword.Environment.Keys);
    }

    [Fact]
    public async Task An_IPv6_address_is_given_without_brackets()
    {
        using var command = await PrepareAsync(Plain with { Host = "[::1]" });
        Assert.Equal("::1", command.Environment["PGHOST"]);
    }

    [Fact]
    public async Task Without_a_password_none_is_set()
    {
        using var command = await PrepareAsync(Plain with { Secrets = new(null) });
        Assert.DoesNotContain("PGPASSWORD", command.Environment.Keys);
        Assert.Empty(command.Secrets);
    }

    [Fact]
    public async Task Each_filter_is_one_word_with_its_option_so_that_none_is_read_as_an_option()
    {
        var selection = new DumpSelection
        {
            ExcludeSchemas = ["-f", "a b"],
            ExcludeTables = ["--file=/etc/passwd", "sales.\"Old orders\""],
            ExcludeTableData = ["log_*"],
        };
        using var command = await PrepareAsync(Plain, selection);

        Assert.Equal(
            [
                "--exclude-schema=-f", "--exclude-schema=a b", "--exclude-table=--file=/etc/passwd",
                "--exclude-table=sales.\"Old orders\"", "--exclude-table-data=log_*",
            ],
            command.Arguments.Skip(4).SkipLast(1));
        Assert.Equal(
            "Without the schemas -f, a b. Without the tables --file=/etc/passwd, sales.\"Old orders\". Without the rows of log_*.",
            command.Notes.Single());
    }

    [Fact]
    public async Task What_is_chosen_must_be_there()
    {
        using var tables = await PrepareAsync(Plain, new() { IncludeTables = ["sales.orders"] });
        using var schemas = await PrepareAsync(Plain, new() { IncludeSchemas = ["sales"] });

        Assert.Equal(["--strict-names", "--table=sales.orders"], tables.Arguments.Skip(4).SkipLast(1));
        Assert.Equal(["--strict-names", "--schema=sales"], schemas.Arguments.Skip(4).SkipLast(1));
        Assert.StartsWith(
            "Only the tables sales.orders; the schemas, types and functions that they need are not in it",
            tables.Notes.Single(),
            StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<DumpFailedException> RefuseAsync(DatabaseConnection connection)
    {
        var exception = await Assert.ThrowsAsync<DumpFailedException>(() => PrepareAsync(connection));
        Assert.Equal((RunStage.Connect, "invalid_uri"), (exception.Stage, exception.Code));
        return exception;
    }

    private Task<ToolCommand> PrepareAsync(DatabaseConnection connection, DumpSelection? selection = null)
    {
        var file = Path.Combine(_folder, "pg_dump");
        File.WriteAllText(file, "#!/bin/sh\necho 'pg_dump (PostgreSQL) 90.1'\n");
        File.SetUnixFileMode(file, OwnerFile | UnixFileMode.UserExecute);
        var tool = new PgDump(new PgTools([_folder]), TestPostgres.Databases, Path.Combine(_folder, "private"), PgDump.DefaultLockWait);
        return tool.PrepareAsync(
            connection,
            Server,
            selection ?? DumpSelection.Everything,
            new(ArtifactKind.Database, connection.Database),
            TestContext.Current.CancellationToken);
    }
}
