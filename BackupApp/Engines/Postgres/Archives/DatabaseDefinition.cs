using BackupApp.Inventories;

namespace BackupApp.Engines.Postgres.Archives;

/// <summary>Reads what an archive says of its database out of the SQL that would make it.</summary>
internal static class DatabaseDefinition
{
    /// <param name="entry">Of kind <c>DATABASE</c>: <c>CREATE DATABASE x WITH TEMPLATE = template0 ENCODING = 'UTF8' …</c>.</param>
    public static DatabaseFacts Facts(ArchiveEntry entry)
    {
        var options = Options(entry.Definition ?? "");
        var locale = options.GetValueOrDefault("LOCALE");
        return new(
            entry.Tag,
            entry.Owner,
            options.GetValueOrDefault("ENCODING"),
            options.GetValueOrDefault("LOCALE_PROVIDER"),
            options.GetValueOrDefault("LC_COLLATE") ?? locale,
            options.GetValueOrDefault("LC_CTYPE") ?? locale)
        {
            Locale = options.GetValueOrDefault("ICU_LOCALE") ?? options.GetValueOrDefault("BUILTIN_LOCALE"),
        };
    }

    /// <param name="sql">Of an entry of kind <c>DATABASE PROPERTIES</c>: <c>ALTER DATABASE x SET …; ALTER ROLE y IN DATABASE x SET
    /// …;</c>.</param>
    public static IEnumerable<DatabaseSetting> Settings(string sql)
    {
        foreach (var statement in SqlTokens.Statements(sql))
        {
            var set = IndexOf(statement, "SET");
            if (set < 0 || set + 3 >= statement.Count || !statement[set + 2].Is("TO"))
                continue;
            var name = statement[set + 1].Text;
            var role = statement[1].Is("ROLE") ? statement[2].Text : null;
            var isMadeUp = name.Contains('.', StringComparison.Ordinal);
            yield return new DatabaseSetting(name, isMadeUp ? null : Value(statement.Skip(set + 3)), role);
        }
    }

    /// <summary>The options of a <c>CREATE DATABASE</c>, by their names, without quotes.</summary>
    public static Dictionary<string, string> Options(string sql)
    {
        var options = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var tokens = SqlTokens.Statements(sql).FirstOrDefault() ?? [];
        for (var i = 1; i < tokens.Count - 1; i++)
        {
            if (tokens[i].Is("="))
                options[tokens[i - 1].Text] = tokens[i + 1].Text;
        }

        return options;
    }

    // Some settings are lists.
    private static string Value(IEnumerable<SqlToken> tokens) =>
        string.Join(", ", tokens.Where(t => !t.Is(",")).Select(t => t.Text));

    private static int IndexOf(IReadOnlyList<SqlToken> tokens, string word)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is(word))
                return i;
        }

        return -1;
    }
}
