namespace BackupApp.Engines;

/// <summary>
/// What of a data source is to be backed up, as entered. Lists have one name per line. Which of them an engine reads, its form decides.
/// </summary>
public sealed class DumpSelectionInput
{
    private const int MaxShown = 100;

    public SourceScope Scope { get; set; }

    public string? ExcludeDatabases { get; set; }

    public string? IncludeSchemas { get; set; }

    public string? ExcludeSchemas { get; set; }

    public string? IncludeTables { get; set; }

    public string? ExcludeTables { get; set; }

    public string? ExcludeTableData { get; set; }

    public string? ExcludeCollections { get; set; }

    public bool Oplog { get; set; }

    /// <summary>See <see cref="DumpSelection.AllowSharedConnections"/>.</summary>
    public bool AllowSharedConnections { get; set; }

    /// <summary>Anything but whole databases.</summary>
    public bool HasFilters =>
        new[] { IncludeSchemas, ExcludeSchemas, IncludeTables, ExcludeTables, ExcludeTableData }.Any(list =>
            !string.IsNullOrWhiteSpace(list));

    public static DumpSelectionInput From(DumpSelection selection) => new()
    {
        Scope = selection.Scope,
        ExcludeDatabases = Text(selection.ExcludeDatabases),
        IncludeSchemas = Text(selection.IncludeSchemas),
        ExcludeSchemas = Text(selection.ExcludeSchemas),
        IncludeTables = Text(selection.IncludeTables),
        ExcludeTables = Text(selection.ExcludeTables),
        ExcludeTableData = Text(selection.ExcludeTableData),
        ExcludeCollections = Text(selection.ExcludeCollections),
        Oplog = selection.Oplog,
        AllowSharedConnections = selection.AllowSharedConnections,
    };

    /// <summary>The key under which a problem of this field is noted.</summary>
    internal static string Key(string field) => $"Selection.{field}";

    /// <summary>A name as a problem quotes it.</summary>
    internal static string Shorten(string name) => name.Length <= MaxShown ? name : name[..MaxShown];

    internal static List<string> Lines(string? text) =>
        [
            .. (text ?? "")
                .Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Distinct(StringComparer.Ordinal),
        ];

    private static string? Text(IReadOnlyList<string> lines) => lines.Count == 0 ? null : string.Join('\n', lines);
}
