using System.Text.RegularExpressions;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// All that pg_dump and pg_dumpall, from 13 on, warn of when they end well, as notes. Only their own texts
/// are matched, which are English under <c>LC_ALL=C.UTF-8</c>; a line that is not known is shown as it is.
/// </summary>
internal static partial class PgDumpWarnings
{
    private const int MaxNotes = 20;

    private const string Damaged =
        "The server's catalogue is damaged there: mend or drop the object, and look at what a restore makes of it.";

    private static readonly (Regex Text, string Note)[] Known =
    [
        (
            Subscriptions(),
            "The subscriptions are not in it: only a superuser may read them. Back up as superuser, or make them anew after a restore."),
        (CircularKeys(),
            "Some tables refer to each other in a circle. "
            + "The whole backup restores all the same; whoever restores the rows alone needs --disable-triggers."),
        (
            DependencyLoop(),
            "Some objects depend on each other in a circle, and their order is a guess: try a restore, and make by hand what it reports."),
        (Owner(), "An object's owner no longer exists, and it is restored without one: give it an owner by ALTER … OWNER TO."),
        (PostfixOperator(), "An operator of a kind that PostgreSQL gave up in version 14 is not in it."),
        (
            WithOids(),
            "The hidden column oid of a table is not in it, which PostgreSQL gave up in version 12. "
            + "Make it a column of its own to keep it."),
        (RoleSkipped(), "A role whose name begins with pg_ is not in it, since such names belong to the server: rename it to keep it."),
        (
            Membership(),
            "A role's membership is not in it, since one of its roles no longer exists: grant it anew, and clean it up with REVOKE."),
        (Catalogue(), Damaged),
        (ExtraResults(), "A table gave more than one answer to COPY: restore it for a test, and count its rows."),
    ];

    public static IReadOnlyList<string> NotesOf(IReadOnlyList<string> said)
    {
        var notes = new List<string>();
        foreach (var line in said)
        {
            if (Warning().Match(line) is not { Success: true, Groups: var groups })
                continue;
            var text = groups["text"].Value;
            var known = Array.Find(Known, k => k.Text.IsMatch(text));
            notes.Add(
                known.Note is null ? $"The tool warned: {text}"
                : text.Contains('"', StringComparison.Ordinal) ? $"{known.Note} ({text})"
                : known.Note);
        }

        var distinct = notes.Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count <= MaxNotes
            ? distinct
            : [.. distinct.Take(MaxNotes), $"The tool warned of {distinct.Count - MaxNotes} more things; its log has them."];
    }

    [GeneratedRegex("^pg_dump(all)?: warning: (?<text>.+)$", RegexOptions.None, 1000)]
    private static partial Regex Warning();

    [GeneratedRegex("^subscriptions not dumped because current user is not a superuser$", RegexOptions.None, 1000)]
    private static partial Regex Subscriptions();

    [GeneratedRegex("^there are circular foreign-key constraints (on this table|among these tables):$", RegexOptions.None, 1000)]
    private static partial Regex CircularKeys();

    [GeneratedRegex("^could not resolve dependency loop among these items:$", RegexOptions.None, 1000)]
    private static partial Regex DependencyLoop();

    [GeneratedRegex("^owner of .+ appears to be invalid$", RegexOptions.None, 1000)]
    private static partial Regex Owner();

    [GeneratedRegex("^postfix operators are not supported anymore ", RegexOptions.None, 1000)]
    private static partial Regex PostfixOperator();

    [GeneratedRegex("^WITH OIDS is not supported anymore ", RegexOptions.None, 1000)]
    private static partial Regex WithOids();

    [GeneratedRegex("^role name starting with \"pg_\" skipped ", RegexOptions.None, 1000)]
    private static partial Regex RoleSkipped();

    [GeneratedRegex(
        "^(found orphaned pg_auth_members entry|ignoring role grant |grant of role .+ has invalid grantor)",
        RegexOptions.None,
        1000)]
    private static partial Regex Membership();

    private const string CataloguePattern =
        "^(typtype of data type .+ appears to be invalid|bogus (value in pg_|transform definition)|could not find operator with "
        + "OID|invalid type .+ of access method|could not parse .+ array|could not find parent extension|unsupported pg_init_privs entry)";

    [GeneratedRegex(CataloguePattern, RegexOptions.None, 1000)]
    private static partial Regex Catalogue();

    [GeneratedRegex("^unexpected extra results during COPY of table ", RegexOptions.None, 1000)]
    private static partial Regex ExtraResults();
}
