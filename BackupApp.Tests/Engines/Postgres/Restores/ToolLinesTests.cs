using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>What pg_restore says, and what it means.</summary>
public sealed class ToolLinesTests
{
    [Theory]
    [InlineData("could not execute query: ERROR:  unrecognized configuration parameter \"transaction_timeout\"",
        "SET transaction_timeout = 0;", "Benign")]
    [InlineData("could not execute query: ERROR:  must be owner of extension pg_trgm", "COMMENT ON EXTENSION pg_trgm IS 'x';", "Benign")]
    [InlineData("could not execute query: ERROR:  schema \"public\" already exists", "CREATE SCHEMA public;", "Benign")]
    [InlineData("could not execute query: ERROR:  role \"web\" does not exist", "GRANT SELECT ON TABLE public.t TO web;", "Known")]
    [InlineData("could not execute query: ERROR:  role \"web\" does not exist", "ALTER TABLE public.t OWNER TO web;", "Known")]
    [InlineData("could not execute query: ERROR:  permission denied to create event trigger \"e\"",
        "CREATE EVENT TRIGGER e ON ddl_command_end", "Known")]
    [InlineData(
        "could not execute query: ERROR:  extension \"postgis\" is not available", "CREATE EXTENSION IF NOT EXISTS postgis;", "Known")]
    [InlineData("could not execute query: ERROR:  permission denied for schema public", "CREATE TABLE public.t (", "Unknown")]
    [InlineData("could not execute query: ERROR:  unrecognized configuration parameter \"my.setting\"",
        "CREATE FUNCTION f() SET my.setting", "Unknown")]
    [InlineData("could not execute query: ERROR:  relation \"t\" already exists", "CREATE TABLE public.t (", "Unknown")]
    [InlineData("could not execute query: FEHLER:  Schema »public« existiert bereits", "CREATE SCHEMA public;", "Unknown")]
    public void An_error_is_what_its_words_and_its_command_say(string error, string command, string kind)
    {
        var (lines, ended) = Hear([$"pg_restore: error: {error}", $"Command was: {command}"]);

        Assert.Equal((1, kind == "Unknown"), (lines.Count, ended));
        Assert.Equal(kind == "Benign" ? [] : [kind], lines.Errors.Select(e => e.Kind.ToString()));
    }

    [Fact]
    public void Rows_that_fail_end_it_at_once_and_are_told_nowhere()
    {
        var steps = new HeardSteps([]);
        var (lines, ended) = Hear(
            [
                "pg_restore: error: COPY failed for table \"t\": ERROR:  duplicate key value violates unique constraint \"t_pkey\"",
                "DETAIL:  Key (id)=(7) already exists.",
                "CONTEXT:  COPY t, line 2: \"7\tprivate matter\"",
            ],
            steps);

        Assert.True(ended);
        Assert.Equal("COPY failed for table \"t\": ERROR:  duplicate key value violates unique constraint \"t_pkey\" DETAIL:  Key "
            + "(id)=(7) already exists.", lines.Errors[0].Text);
        Assert.DoesNotContain(steps.Lines, l => l.Contains("private matter", StringComparison.Ordinal));
    }

    [Fact]
    public void Progress_follows_the_tools_words_and_only_rows_must_keep_moving()
    {
        var steps = new HeardSteps([]);
        var lines = new ToolLines(steps, 2, goOn: false, () => { });
        var silent = new List<bool>();
        foreach (var line in new[] { "creating TABLE \"public.a\"", "processing data for table \"public.a\"",
            "executing SEQUENCE SET a_id_seq", "creating INDEX \"public.a_x\"" })
        {
            lines.Hear($"pg_restore: {line}");
            silent.Add(lines.MayBeSilent);
        }

        lines.Hear("pg_restore: warning: errors ignored on restore: 12");

        Assert.Equal([true, false, true, true], silent);
        Assert.Equal(
            [
                new(RestorePhase.Preparing, "table public.a", 0, 2),
                new(RestorePhase.Data, "public.a", 1, 2),
                new(RestorePhase.Indexes, "sequence set a_id_seq", 1, 2),
                new(RestorePhase.Indexes, "index public.a_x", 1, 2),
            ],
            steps.Progress);
        Assert.Equal(12, lines.Ignored);
    }

    private static (ToolLines Lines, bool Ended) Hear(string[] said, HeardSteps? steps = null)
    {
        var ended = false;
        var lines = new ToolLines(steps ?? new([]), 0, goOn: false, () => ended = true);
        foreach (var line in said)
            lines.Hear(line);
        return (lines, ended);
    }
}
