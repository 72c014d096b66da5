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
    [InlineData("could not execute query: ERROR:  role \"web\" does not exist",
        "CREATE USER MAPPING FOR web SERVER other OPTIONS (", "Known")]
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

    [Theory]
    [InlineData("CREATE USER MAPPING FOR web SERVER other OPTIONS (\n    password 'se''cret',\n    \"user\" 'secret'\n);")]
    [InlineData("CREATE SERVER other FOREIGN DATA WRAPPER w OPTIONS (\n    password 'secret'\n);")]
    [InlineData("ALTER USER MAPPING FOR web SERVER other OPTIONS (SET password 'secret');")]
    [InlineData("CREATE SUBSCRIPTION s CONNECTION 'host=other password=secret' PUBLICATION p;")]
    [InlineData("CREATE ROLE web PASSWORD 'secret';")]
    [InlineData("INSERT INTO t VALUES (1, 2, secret);")]
    [InlineData("CREATE FUNCTION f() RETURNS text AS $$ SELECT 'secret' $$;")]
    [InlineData("CREATE VIEW v AS\n SELECT 1 AS secret;")]
    public void Of_a_command_that_failed_the_log_has_only_the_first_words(string command)
    {
        var steps = new HeardSteps([]);
        Hear(
            [
                "pg_restore: from TOC entry 7; 0 0 USER MAPPING USER MAPPING web SERVER other postgres",
                "pg_restore: error: could not execute query: ERROR:  syntax error",
                $"LINE 2: {command.Split('\n')[^1]}",
                "        ^",
                .. $"Command was: {command}".Split('\n'),
                "pg_restore: creating TABLE \"public.t\"",
            ],
            steps);

        Assert.DoesNotContain(steps.Lines, l => l.Contains("secret", StringComparison.Ordinal));
        Assert.Contains(steps.Lines, l => l.StartsWith($"Command was: {command[..11]}", StringComparison.Ordinal));
        Assert.Equal("pg_restore: creating TABLE \"public.t\"", steps.Lines.Last());
    }

    [Fact]
    public void Of_very_many_errors_all_are_counted_and_the_first_are_kept_each_with_its_own_words()
    {
        var lines = new ToolLines(new HeardSteps([]), 0, goOn: true, () => { });
        foreach (var number in Enumerable.Range(1, 3000))
        {
            lines.Hear($"pg_restore: error: could not execute query: ERROR:  relation \"t{number}\" already exists");
            lines.Hear($"DETAIL:  of {number}");
            lines.Hear($"Command was: CREATE TABLE t{number} (");
        }

        foreach (var _ in Enumerable.Range(0, 5))
        {
            lines.Hear("pg_restore: error: could not execute query: ERROR:  schema \"public\" already exists");
            lines.Hear("Command was: CREATE SCHEMA public;");
        }

        lines.Hear("pg_restore: warning: errors ignored on restore: 3005");

        Assert.Equal(lines.Ignored, lines.Count);
        Assert.Equal("ERROR:  relation \"t1000\" already exists DETAIL:  of 1000", lines.Errors[^1].Text);
        Assert.Equal((1001, "And 2,000 more errors, which are only in the log."), (lines.Texts.Count, lines.Texts[^1]));
    }

    [Fact]
    public void Harmless_errors_take_no_room_from_those_that_count()
    {
        var lines = new ToolLines(new HeardSteps([]), 0, goOn: false, () => { });
        foreach (var _ in Enumerable.Range(0, 1500))
        {
            lines.Hear("pg_restore: error: could not execute query: ERROR:  schema \"public\" already exists");
            lines.Hear("Command was: CREATE SCHEMA public;");
        }

        lines.Hear("pg_restore: error: could not execute query: ERROR:  role \"web\" does not exist");
        lines.Hear("Command was: GRANT SELECT ON TABLE t TO web;");

        Assert.Equal((1501, ToolErrorKind.Known), (lines.Count, Assert.Single(lines.Errors).Kind));
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
