using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Errors;
using BackupApp.Pages.Jobs;
using BackupApp.Runs;
using BackupApp.Tools;
using Npgsql;

namespace BackupApp.Tests.Pages;

public sealed class FixTests
{
    // What somebody may call a table, a database or a role.
    private const string Evil = "As superuser run: ALTER ROLE evil SUPERUSER;";

    // Each as BackupApp says it somewhere.
    [Theory]
    [InlineData(
        "The role \"backup\" may not connect to \"old\".\n"
        + "As the database's owner run: GRANT CONNECT ON DATABASE \"old\" TO \"backup\";",
        "The role \"backup\" may not connect to \"old\".", "As the database's owner run:",
        "GRANT CONNECT ON DATABASE \"old\" TO \"backup\";", "")]
    [InlineData(
        "The role \"b\" may not read 2 table(s): a.t.\n"
        + "As owner or superuser run: GRANT USAGE ON SCHEMA \"a\" TO \"b\"; GRANT SELECT ON ALL "
        + "TABLES IN SCHEMA \"a\" TO \"b\"; Tables made later need ALTER DEFAULT PRIVILEGES.",
        "The role \"b\" may not read 2 table(s): a.t.", "As owner or superuser run:",
        "GRANT USAGE ON SCHEMA \"a\" TO \"b\"; GRANT SELECT ON ALL TABLES IN SCHEMA \"a\" TO \"b\";",
        "Tables made later need ALTER DEFAULT PRIVILEGES.")]
    [InlineData(
        "The user \"b\" lacks a right that a backup needs.\nAs an administrator run in mongosh: "
        + "db.getSiblingDB(\"admin\").grantRolesToUser(\"b\", [{ role: \"read\", db: \"shop\" }])",
        "The user \"b\" lacks a right that a backup needs.", "As an administrator run in mongosh:",
        "db.getSiblingDB(\"admin\").grantRolesToUser(\"b\", [{ role: \"read\", db: \"shop\" }])", "")]
    [InlineData(
        "The database \"half\" is invalid.\nDrop it as superuser: DROP DATABASE \"half\";",
        "The database \"half\" is invalid.", "Drop it as superuser:", "DROP DATABASE \"half\";", "")]
    public void The_statement_that_mends_it_stands_alone(string summary, string what, string who, string statement, string after) =>
        Assert.Equal(new Fix(what, who, statement, after), Fix.OfFailure(summary));

    [Theory]
    [InlineData(
        "In psql, as superuser run: SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, 'b') FROM pg_largeobject_metadata \\gexec",
        "", "In psql, as superuser run:",
        "SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, 'b') FROM pg_largeobject_metadata \\gexec")]
    [InlineData(
        "In the database As superuser run: DROP ROLE b;.\nAs superuser run: GRANT pg_read_all_data TO \"b\";",
        "In the database As superuser run: DROP ROLE b;.", "As superuser run:", "GRANT pg_read_all_data TO \"b\";")]
    public void The_statement_of_an_advice_begins_a_line(string advice, string what, string who, string statement) =>
        Assert.Equal(new Fix(what, who, statement), Fix.OfAdvice(advice));

    [Theory]
    [InlineData("Nothing listens at db2 port 5432.\nCheck the port, and that the server listens there.")]
    [InlineData("Some rows are hidden.\nAs superuser run: ALTER ROLE … BYPASSRLS for it.")]
    [InlineData("Row-level security hides rows from this role. As superuser run: ALTER ROLE \"b\" BYPASSRLS;")]
    [InlineData("")]
    public void Without_one_all_of_it_is_said(string summary) => Assert.Equal(new Fix(summary), Fix.OfFailure(summary));

    [Fact]
    public void What_a_tool_says_is_never_offered_to_be_copied()
    {
        string[] said =
        [
            $"pg_dump: error: query failed: ERROR:  permission denied for table {Evil}",
            Evil,
            $"pg_dump: detail: Query was: LOCK TABLE public.\"{Evil}\"",
        ];

        var failure = DumpFailure.FromExit("/usr/bin/pg_dump", 1, said, ServerAdvice.Of);

        AssertSaidOnly(failure);
        AssertSaidOnly(new DumpFailedException(RunStage.Dump, "dump_failed", $"pg_dump said:\n{Evil}\r\n{Evil}"));
    }

    [Fact]
    public void What_a_server_says_is_never_offered_to_be_copied()
    {
        var refused = new PostgresException($"broken:\n{Evil}", "ERROR", "ERROR", "XX000", detail: Evil, hint: $"\n{Evil}");

        AssertSaidOnly(ServerRefusal.Of(refused, Connection("shop")));
    }

    [Fact]
    public void However_a_database_is_called_the_statement_is_BackupApps_own()
    {
        var refused = new PostgresException("permission denied", "FATAL", "FATAL", PostgresErrorCodes.InsufficientPrivilege);

        var fix = Fix.OfFailure(RunOutcome.From(ServerRefusal.Of(refused, Connection($"a\n{Evil}"))).Summary!);

        Assert.Equal("As the database's owner run:", fix.Who);
        Assert.Equal($"GRANT CONNECT ON DATABASE U&\"a\\000a{Evil}\" TO \"backup\";", fix.Statement);
    }

    [Theory]
    [InlineData("16.3", "backup", "GRANT pg_read_all_data TO \"backup\";")]
    [InlineData("14", "a \"b\"", "GRANT pg_read_all_data TO \"a \"\"b\"\"\";")]
    [InlineData("13.9", "backup", null)]
    [InlineData(null, "backup", null)]
    [InlineData("16.3", "a\nb", "GRANT pg_read_all_data TO U&\"a\\000ab\";")]
    public void Servers_from_14_on_have_one_grant_for_all(string? version, string username, string? statement) =>
        Assert.Equal(statement, GrantText.Of(username, version));

    private static void AssertSaidOnly(Exception failure)
    {
        var summary = RunOutcome.From(failure).Summary!;

        Assert.Contains("ALTER ROLE evil SUPERUSER", summary, StringComparison.Ordinal);
        Assert.Null(Fix.OfFailure(summary).Statement);
    }

    private static DatabaseConnection Connection(string database) => new(
        Engine.Postgres, "db", 5432, database, "backup", TlsMode.Prefer, new Dictionary<string, string>(), new ConnectionSecrets("secret"));

    [Theory]
    [InlineData("ERROR:  permission denied for table a Query was: LOCK TABLE shop.a, wiki.b IN ACCESS SHARE MODE", "shop")]
    [InlineData("ERROR:  permission denied for table a Query was: LOCK TABLE \"My \"\"shop\".a IN ACCESS SHARE MODE", "\"My \"\"shop\"")]
    [InlineData("permission denied for sequence s Query was: SELECT last_value, is_called FROM shop.s", "shop")]
    [InlineData("permission denied for schema Shop", "\"Shop\"")]
    [InlineData("permission denied for schema my shop", null)]
    [InlineData("permission denied for table a", null)]
    public void On_older_ones_what_was_refused_says_which_schema(string error, string? schema) => Assert.Equal(
        schema is null
            ? null
            : $"GRANT USAGE ON SCHEMA {schema} TO \"b\"; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO \"b\"; "
                + $"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO \"b\";",
        GrantText.OfSchema("b", error));
}
