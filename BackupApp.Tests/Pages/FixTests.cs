using BackupApp.Pages.Jobs;

namespace BackupApp.Tests.Pages;

public sealed class FixTests
{
    // Each as BackupApp says it somewhere.
    [Theory]
    [InlineData(
        "The role \"backup\" may not connect to \"old\". As the database's owner run: GRANT CONNECT ON DATABASE \"old\" TO \"backup\";",
        "The role \"backup\" may not connect to \"old\".", "As the database's owner run:",
        "GRANT CONNECT ON DATABASE \"old\" TO \"backup\";", "")]
    [InlineData(
        "The role \"b\" may not read 2 table(s): a.t. As owner or superuser run: GRANT USAGE ON SCHEMA \"a\" TO \"b\"; GRANT SELECT ON ALL "
        + "TABLES IN SCHEMA \"a\" TO \"b\"; Tables made later need ALTER DEFAULT PRIVILEGES.",
        "The role \"b\" may not read 2 table(s): a.t.", "As owner or superuser run:",
        "GRANT USAGE ON SCHEMA \"a\" TO \"b\"; GRANT SELECT ON ALL TABLES IN SCHEMA \"a\" TO \"b\";",
        "Tables made later need ALTER DEFAULT PRIVILEGES.")]
    [InlineData(
        "In psql, as superuser run: SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, 'b') FROM pg_largeobject_metadata \\gexec",
        "", "In psql, as superuser run:",
        "SELECT format('GRANT SELECT ON LARGE OBJECT %s TO %I', oid, 'b') FROM pg_largeobject_metadata \\gexec", "")]
    [InlineData(
        "The user \"b\" lacks a right that a backup needs. As an administrator run in mongosh: "
        + "db.getSiblingDB(\"admin\").grantRolesToUser(\"b\", [{ role: \"read\", db: \"shop\" }])",
        "The user \"b\" lacks a right that a backup needs.", "As an administrator run in mongosh:",
        "db.getSiblingDB(\"admin\").grantRolesToUser(\"b\", [{ role: \"read\", db: \"shop\" }])", "")]
    [InlineData(
        "The database \"half\" is invalid. Drop it as superuser: DROP DATABASE \"half\";",
        "The database \"half\" is invalid.", "Drop it as superuser:", "DROP DATABASE \"half\";", "")]
    public void The_statement_that_mends_it_stands_alone(string sentences, string what, string who, string statement, string after) =>
        Assert.Equal(new Fix(what, who, statement, after), Fix.Of(sentences));

    [Theory]
    [InlineData("Nothing listens at db2 port 5432. Check the port, and that the server listens there.")]
    [InlineData("Row-level security hides rows from this role. As superuser run: ALTER ROLE … BYPASSRLS for it.")]
    [InlineData("")]
    public void Without_one_all_of_it_is_said(string sentences) => Assert.Equal(new Fix(sentences), Fix.Of(sentences));

    [Theory]
    [InlineData("16.3", "backup", "GRANT pg_read_all_data TO \"backup\";")]
    [InlineData("14", "a \"b\"", "GRANT pg_read_all_data TO \"a \"\"b\"\"\";")]
    [InlineData("13.9", "backup", null)]
    [InlineData(null, "backup", null)]
    [InlineData("16.3", "a\nb", "GRANT pg_read_all_data TO U&\"a\\000ab\";")]
    public void Servers_from_14_on_have_one_grant_for_all(string? version, string username, string? statement) =>
        Assert.Equal(statement, GrantText.Of(username, version));

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
