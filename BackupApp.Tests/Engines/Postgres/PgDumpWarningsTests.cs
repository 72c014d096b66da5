using BackupApp.Engines.Postgres;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>What the tools warn of, in their own words of several versions.</summary>
public sealed class PgDumpWarningsTests
{
    [Theory]
    [InlineData("pg_dump: warning: subscriptions not dumped because current user is not a superuser", "The subscriptions are not in it")]
    [InlineData("pg_dump: warning: there are circular foreign-key constraints on this table:", "restores all the same")]
    [InlineData("pg_dump: warning: there are circular foreign-key constraints among these tables:", "restores all the same")]
    [InlineData("pg_dump: warning: could not resolve dependency loop among these items:", "try a restore")]
    [InlineData(
        "pg_dump: warning: owner of table \"t\" appears to be invalid",
        "restored without one: give it an owner by ALTER … OWNER TO. (owner of table \"t\"")]
    [InlineData("pg_dump: warning: owner of data type \"t\" appears to be invalid", "restored without one")]
    [InlineData("pg_dump: warning: typtype of data type \"t\" appears to be invalid", "catalogue is damaged there")]
    [InlineData("pg_dump: warning: bogus value in pg_cast.castfunc or pg_cast.castmethod field", "catalogue is damaged there")]
    [InlineData(
        "pg_dump: warning: bogus transform definition, at least one of trffromsql and trftosql should be nonzero",
        "catalogue is damaged there")]
    [InlineData("pg_dump: warning: could not find operator with OID 4711", "catalogue is damaged there")]
    [InlineData("pg_dump: warning: invalid type \"x\" of access method \"a\"", "catalogue is damaged there")]
    [InlineData("pg_dump: warning: could not parse proconfig array", "catalogue is damaged there")]
    [InlineData("pg_dump: warning: postfix operators are not supported anymore (operator \"!\")", "version 14")]
    [InlineData("pg_dump: warning: WITH OIDS is not supported anymore (table \"t\")", "a column of its own")]
    [InlineData("pg_dump: warning: unexpected extra results during COPY of table \"t\"", "count its rows")]
    [InlineData("pg_dumpall: warning: role name starting with \"pg_\" skipped (pg_old)", "rename it")]
    [InlineData("pg_dumpall: warning: found orphaned pg_auth_members entry for role 4711", "grant it anew")]
    [InlineData("pg_dump: warning: something that the next version says", "The tool warned: something that the next version says")]
    public void Each_warning_becomes_a_note_that_says_what_to_do(string line, string part) =>
        Assert.Contains(
            part,
            Assert.Single(PgDumpWarnings.NotesOf([line, "pg_dump: detail:   t", "pg_dump: hint: Consider something."])),
            StringComparison.Ordinal);

    [Fact]
    public void A_note_is_given_once_and_a_flood_is_counted()
    {
        Assert.Single(PgDumpWarnings.NotesOf(["pg_dump: warning: the same", "pg_dump: warning: the same"]));
        Assert.Empty(PgDumpWarnings.NotesOf(["", "pg_dump: last built-in OID is 16383", "WARNING:  in the server's words"]));

        var flood = PgDumpWarnings.NotesOf([.. Enumerable.Range(0, 30).Select(i => $"pg_dump: warning: thing {i}")]);

        Assert.Equal((21, "The tool warned of 10 more things; its log has them."), (flood.Count, flood[^1]));
    }
}
