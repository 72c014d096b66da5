using BackupApp.Engines.Postgres;

namespace BackupApp.Engines;

/// <summary>PostgreSQL's part of a selection as entered.</summary>
public sealed partial class DumpSelectionInput
{
    // All of them become words of one command line.
    private const int MaxPatterns = 200;
    private const int MaxPattern = 300;

    public string? ExcludeDatabases { get; set; }

    public string? IncludeSchemas { get; set; }

    public string? ExcludeSchemas { get; set; }

    public string? IncludeTables { get; set; }

    public string? ExcludeTables { get; set; }

    public string? ExcludeTableData { get; set; }

    /// <summary>See <see cref="DumpSelection.AllowSharedConnections"/>.</summary>
    public bool AllowSharedConnections { get; set; }

    /// <summary>Anything but whole databases.</summary>
    public bool HasFilters =>
        new[] { IncludeSchemas, ExcludeSchemas, IncludeTables, ExcludeTables, ExcludeTableData }.Any(list => !string.IsNullOrWhiteSpace(list));

    private void ShowPostgres(DumpSelection selection)
    {
        ExcludeDatabases = Text(selection.ExcludeDatabases);
        IncludeSchemas = Text(selection.IncludeSchemas);
        ExcludeSchemas = Text(selection.ExcludeSchemas);
        IncludeTables = Text(selection.IncludeTables);
        ExcludeTables = Text(selection.ExcludeTables);
        ExcludeTableData = Text(selection.ExcludeTableData);
        AllowSharedConnections = selection.AllowSharedConnections;
    }

    private DumpSelection ReadPostgres(Dictionary<string, string> problems)
    {
        var selection = new DumpSelection
        {
            Scope = Scope,
            ExcludeDatabases = Scope == SourceScope.Server ? ReadDatabases(problems) : [],
            IncludeSchemas = ReadPatterns(nameof(IncludeSchemas), IncludeSchemas, 1, problems),
            ExcludeSchemas = ReadPatterns(nameof(ExcludeSchemas), ExcludeSchemas, 1, problems),
            IncludeTables = ReadPatterns(nameof(IncludeTables), IncludeTables, 2, problems),
            ExcludeTables = ReadPatterns(nameof(ExcludeTables), ExcludeTables, 2, problems),
            ExcludeTableData = ReadPatterns(nameof(ExcludeTableData), ExcludeTableData, 2, problems),
            AllowSharedConnections = AllowSharedConnections,
        };
        if (Scope == SourceScope.Server && selection.IncludeSchemas.Count > 0)
            problems.TryAdd(Key(nameof(IncludeSchemas)), "A database without these schemas could not be backed up: with the whole server, name only what to leave out.");
        if (Scope == SourceScope.Server && selection.IncludeTables.Count > 0)
            problems.TryAdd(Key(nameof(IncludeTables)), "A database without these tables could not be backed up: with the whole server, name only what to leave out.");
        if (selection.IncludeTables.Count > 0 && selection.IncludeSchemas.Count + selection.ExcludeSchemas.Count > 0)
            problems.TryAdd(Key(nameof(IncludeTables)), "pg_dump pays no attention to schemas once tables are named. Name all wanted tables here (shop.* stands for all of a schema), or only schemas above.");
        return selection;
    }

    private List<string> ReadDatabases(Dictionary<string, string> problems)
    {
        var names = Lines(ExcludeDatabases);
        if (names.Count > MaxPatterns)
            problems[Key(nameof(ExcludeDatabases))] = $"At most {MaxPatterns} databases can be left out.";
        else if (names.Find(name => name.Length > MaxPattern || name.Any(char.IsControl)) is { } bad)
            problems[Key(nameof(ExcludeDatabases))] = $"\"{bad[..Math.Min(bad.Length, MaxShown)]}\" cannot be the name of a database. Write one name per line.";
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
            var problem = pattern.Length > MaxPattern || pattern.Any(char.IsControl) ? "it is too long, or holds a control character." : NamePattern.Problem(pattern, parts);
            if (problem is not null)
                problems.TryAdd(Key(field), $"{(pattern.Length > MaxPattern ? pattern[..MaxPattern] : pattern)}: {problem}");
        }

        return patterns;
    }

    private static string Key(string field) => $"Selection.{field}";

    private static List<string> Lines(string? text) =>
        [.. (text ?? "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];

    private static string? Text(IReadOnlyList<string> lines) => lines.Count == 0 ? null : string.Join('\n', lines);
}
