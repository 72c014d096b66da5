using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>The part of a selection that pg_dump is told by its options.</summary>
internal static class PgFilters
{
    /// <summary>Each pattern is one word with its option, so that none is read as an option itself.</summary>
    public static IEnumerable<string> Arguments(DumpSelection selection)
    {
        // A chosen table that is not there (any more) must not pass for a backup of it. This does not speak of the exclusions.
        if (selection.IncludeSchemas.Count + selection.IncludeTables.Count > 0)
            yield return "--strict-names";
        (string Option, IReadOnlyList<string> Patterns)[] lists =
        [
            ("schema", selection.IncludeSchemas),
            ("exclude-schema", selection.ExcludeSchemas),
            ("table", selection.IncludeTables),
            ("exclude-table", selection.ExcludeTables),
            ("exclude-table-data", selection.ExcludeTableData),
        ];
        foreach (var (option, patterns) in lists)
        {
            foreach (var pattern in patterns)
                yield return $"--{option}={pattern}";
        }
    }

    /// <summary>What a filtered dump does not hold.</summary>
    public static string? Note(DumpSelection selection)
    {
        var parts = new List<string>();
        if (selection.IncludeTables.Count > 0)
            parts.Add(
                $"Only the tables {Names(selection.IncludeTables)}; "
                + "the schemas, types and functions that they need are not in it and must exist before a restore");
        if (selection.IncludeSchemas.Count > 0)
            parts.Add($"Only the schemas {Names(selection.IncludeSchemas)}, without extensions and large objects");
        if (selection.ExcludeSchemas.Count > 0)
            parts.Add($"Without the schemas {Names(selection.ExcludeSchemas)}");
        if (selection.ExcludeTables.Count > 0)
            parts.Add($"Without the tables {Names(selection.ExcludeTables)}");
        if (selection.ExcludeTableData.Count > 0)
            parts.Add($"Without the rows of {Names(selection.ExcludeTableData)}");
        return parts.Count == 0 ? null : $"{string.Join(". ", parts)}.";
    }

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Select(ShellWord.Show));
}
