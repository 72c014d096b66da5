using System.Text;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>How people restore a dump of PostgreSQL by its own programs.</summary>
internal static class PgRestoreText
{
    public const string Advice =
        "Nothing that is there is overwritten. For another server than the local one set PGHOST, PGPORT and PGUSER first.";

    private const int LongestName = 40;

    private const string Everything = "with all that it had: encoding, locale, settings, comment, grants and owners.";

    private const string Roles =
        "Roles are not in the file: make them first, or it says of each that is missing what then belongs to whoever restores (functions "
        + "that run with their owner's rights too), and leaves out the grants and settings beside it. "
        + "To leave out all owners and grants add --no-owner --no-privileges to pg_restore.";

    private const string Globals =
        "Goes before the databases. Roles that exist are kept, with an error line each, "
        + "but get the attributes and the password of the backup: the one that you log in by too.";

    // What a database has set for every session would stop its own restore. Options of the connection come before it.
    private static readonly Dictionary<string, string> Obstacles =
        new(StringComparer.OrdinalIgnoreCase) { ["default_transaction_read_only"] = "off", ["role"] = "none" };

    public static IReadOnlyList<RestoreStep> Steps(StoredFile file, DumpTarget target, DatabaseTraits? traits) =>
        target.Kind == ArtifactKind.Globals
            ? [new("Roles and tablespaces", $"{file.ReadCommand} | psql --no-psqlrc --dbname=template1", Globals)]
            : [OwnName(file, target.Database, traits), OtherName(file, target.Database, traits)];

    /// <summary>The chain of commands that makes a database with these traits and restores into it.</summary>
    /// <param name="name">Of the new database, as a word of bash.</param>
    /// <param name="read">The command that writes the archive out.</param>
    public static string Make(string name, string read, DatabaseTraits? traits, string options) =>
        $"{Create(name, traits)} && {read} | {Overrides(traits)}pg_restore {options} --dbname=\"$db\"";

    private static string Create(string name, DatabaseTraits? traits)
    {
        if (traits is null)
            return $"db={name} && createdb --template=template0 -- \"$db\"";
        var options = PgTraitsSql.Options(traits).Select(o => $"--{o.Name}={ShellWord.Quote(o.Value)}");
        var statements = PgTraitsSql.Statements(traits).Select(ShellWord.Quote).ToList();
        return $"db={name} && createdb --template=template0 {string.Join(' ', options)} -- \"$db\" && printf '%s\\n' "
            + $"{string.Join(' ', statements)} | {Encoding(statements)}psql --no-psqlrc --quiet --set=db=\"$db\" --dbname=template1";
    }

    // From a file of its own pg_restore can read what it needs only, in several jobs if one adds them.
    private static string Restore(StoredFile file, string options, DatabaseTraits? traits) =>
        file.Form.IsGzip
            ? $"{file.ReadCommand} | {Overrides(traits)}pg_restore {options}"
            : $"{Overrides(traits)}pg_restore {options} -- {ShellWord.Quote(file.Name)}";

    private static RestoreStep OwnName(StoredFile file, string database, DatabaseTraits? traits)
    {
        var isServers = database is "postgres" or "template1";
        var maintenance = database == "postgres" ? "template1" : "postgres";
        var room = isServers
            ? $"psql --no-psqlrc --quiet --dbname={maintenance} --command='ALTER DATABASE {database} RENAME TO {database}_before_restore'"
            : Guard(database);
        var before = isServers
            ? "Every server has one of this name from the start: it is renamed first, and kept. That needs its owner's rights, and nobody "
                + "connected to it; where it is refused, as by managed services, restore under another name."
            : "It stops where one of this name exists.";
        var tablespace = traits?.Tablespace is { } name ? $" The server needs the tablespace {ShellWord.Show(name)}." : "";
        return new(
            "Under its own name",
            $"{room} && {Restore(file, $"--create --dbname={maintenance}", traits)}",
            $"Makes the database anew {Everything} {before}{tablespace} {Roles}");
    }

    private static RestoreStep OtherName(StoredFile file, string database, DatabaseTraits? traits) => new(
        "Under another name",
        $"{Create(NewName(database), traits)} && {Restore(file, "--dbname=\"$db\"", traits)}",
        traits is null
            ? "Makes a database of the name that you put after db= and restores into it. "
                + "Its encoding, locale and settings are those of the server: what the old ones were was not recorded."
            : "Makes a database of the name that you put after db=, with the encoding, locale, settings, comment, "
                + "grants and owner that the old one had during the backup, and restores into it.");

    // pg_restore itself would say that it cannot make the database, and then fill the one that is there. The cast is what ends psql, with
    // its text as the message.
    private static string Guard(string database) =>
        "echo \"SELECT ('There is a database ' || datname)::int FROM pg_database WHERE datname = :'db'\""
        + $" | {Encoding([database])}psql -XqAt -v ON_ERROR_STOP=1 -v db={ShellWord.Quote(database)} -d postgres";

    // psql would take what comes through a pipe for the encoding of the database that it is connected to.
    private static string Encoding(IEnumerable<string> texts) => texts.All(text => Ascii.IsValid(text)) ? "" : "PGCLIENTENCODING=UTF8 ";

    private static string Overrides(DatabaseTraits? traits)
    {
        var names = (traits?.Settings ?? []).Select(s => s.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var needed = Obstacles.Where(o => names.Contains(o.Key)).Select(o => $"-c {o.Key}={o.Value}").ToList();
        return needed.Count == 0 ? "" : $"PGOPTIONS='{string.Join(' ', needed)}' ";
    }

    // A suggestion, so plain that it needs no quotes anywhere.
    private static string NewName(string database)
    {
        var plain = string.Concat(database.Where(c => char.IsAsciiLetterOrDigit(c) || c == '_').Take(LongestName)).ToLowerInvariant();
        return plain.Length == 0 ? "restored" : $"{plain}_restored";
    }
}
