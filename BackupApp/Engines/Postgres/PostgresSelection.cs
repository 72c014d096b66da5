using static BackupApp.Engines.DumpSelectionInput;

namespace BackupApp.Engines.Postgres;

/// <summary>Reads what of a PostgreSQL server is to be backed up.</summary>
internal static class PostgresSelection
{
    // All of them become words of one command line.
    private const int MaxPatterns = 200;
    private const int MaxPattern = 300;

    public static DumpSelection Read(DumpSelectionInput input, Dictionary<string, string> problems)
    {
        var selection = new DumpSelection
        {
            Scope = input.Scope,
            ExcludeDatabases = input.Scope == SourceScope.Server ? ReadDatabases(input, problems) : [],
            IncludeSchemas = ReadPatterns(nameof(DumpSelectionInput.IncludeSchemas), input.IncludeSchemas, 1, problems),
            ExcludeSchemas = ReadPatterns(nameof(DumpSelectionInput.ExcludeSchemas), input.ExcludeSchemas, 1, problems),
            IncludeTables = ReadPatterns(nameof(DumpSelectionInput.IncludeTables), input.IncludeTables, 2, problems),
            ExcludeTables = ReadPatterns(nameof(DumpSelectionInput.ExcludeTables), input.ExcludeTables, 2, problems),
            ExcludeTableData = ReadPatterns(nameof(DumpSelectionInput.ExcludeTableData), input.ExcludeTableData, 2, problems),
            AllowSharedConnections = input.AllowSharedConnections,
        };
        CheckTogether(selection, problems);
        return selection;
    }

    private static void CheckTogether(DumpSelection selection, Dictionary<string, string> problems)
    {
        var wholeServer = selection.Scope == SourceScope.Server;
        if (wholeServer && selection.IncludeSchemas.Count > 0)
        {
            problems.TryAdd(
                Key(nameof(DumpSelectionInput.IncludeSchemas)),
                "A database without these schemas could not be backed up: with the whole server, name only what to leave out.");
        }

        if (wholeServer && selection.IncludeTables.Count > 0)
        {
            problems.TryAdd(
                Key(nameof(DumpSelectionInput.IncludeTables)),
                "A database without these tables could not be backed up: with the whole server, name only what to leave out.");
        }

        if (selection.IncludeTables.Count > 0 && selection.IncludeSchemas.Count + selection.ExcludeSchemas.Count > 0)
        {
            problems.TryAdd(
                Key(nameof(DumpSelectionInput.IncludeTables)),
                "pg_dump pays no attention to schemas once tables are named. "
                + "Name all wanted tables here (shop.* stands for all of a schema), or only schemas above.");
        }
    }

    private static List<string> ReadDatabases(DumpSelectionInput input, Dictionary<string, string> problems)
    {
        var names = Lines(input.ExcludeDatabases);
        if (names.Count > MaxPatterns)
            problems[Key(nameof(DumpSelectionInput.ExcludeDatabases))] = $"At most {MaxPatterns} databases can be left out.";
        else if (names.Find(name => name.Length > MaxPattern || name.Any(char.IsControl)) is { } bad)
            problems[Key(nameof(DumpSelectionInput.ExcludeDatabases))] =
                $"\"{Shorten(bad)}\" cannot be the name of a database. Write one name per line.";
        return names;
    }

    /// <param name="parts">Most names that a pattern is made of, joined by dots.</param>
    private static List<string> ReadPatterns(string field, string? text, int parts, Dictionary<string, string> problems)
    {
        var patterns = Lines(text);
        if (patterns.Count > MaxPatterns)
            problems[Key(field)] = $"At most {MaxPatterns} lines. One pattern can stand for many names, such as log_*.";
        foreach (var pattern in patterns)
        {
            if (Problem(pattern, parts) is { } problem)
                problems.TryAdd(Key(field), $"{(pattern.Length > MaxPattern ? pattern[..MaxPattern] : pattern)}: {problem}");
        }

        return patterns;
    }

    private static string? Problem(string pattern, int parts) => pattern.Length > MaxPattern || pattern.Any(char.IsControl)
        ? "it is too long, or holds a control character."
        : NamePattern.Problem(pattern, parts);
}
