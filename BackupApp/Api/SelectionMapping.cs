using System.Text.Json;
using BackupApp.Engines;

namespace BackupApp.Api;

/// <summary>A selection as the API takes it, as the input that the pages fill in too.</summary>
internal static class SelectionMapping
{
    private const string Prefix = "selection.";

    /// <summary>Fills in what is given, and notes under <c>selection.…</c> what cannot be.</summary>
    /// <param name="scope">The field beside <c>selection</c>; null where there is none.</param>
    /// <param name="form">Null while the engine is not known: then only the shape is looked at.</param>
    public static void Apply(
        this SelectionRequest? request,
        DumpSelectionInput input,
        IEngineForm? form,
        SourceScope? scope,
        Dictionary<string, string> problems)
    {
        if (scope is not null && request?.Scope is { } other && other != scope)
            problems.TryAdd(Prefix + "scope", "Differs from the field scope: give one of the two.");
        input.Scope = request?.Scope ?? scope ?? input.Scope;
        if (request is null)
            return;

        input.ExcludeDatabases = Lines(nameof(input.ExcludeDatabases), request.ExcludeDatabases, problems) ?? input.ExcludeDatabases;
        input.IncludeSchemas = Lines(nameof(input.IncludeSchemas), request.IncludeSchemas, problems) ?? input.IncludeSchemas;
        input.ExcludeSchemas = Lines(nameof(input.ExcludeSchemas), request.ExcludeSchemas, problems) ?? input.ExcludeSchemas;
        input.IncludeTables = Lines(nameof(input.IncludeTables), request.IncludeTables, problems) ?? input.IncludeTables;
        input.ExcludeTables = Lines(nameof(input.ExcludeTables), request.ExcludeTables, problems) ?? input.ExcludeTables;
        input.ExcludeTableData = Lines(nameof(input.ExcludeTableData), request.ExcludeTableData, problems) ?? input.ExcludeTableData;
        input.ExcludeCollections =
            Lines(nameof(input.ExcludeCollections), request.ExcludeCollections, problems) ?? input.ExcludeCollections;
        input.Oplog = request.Oplog ?? input.Oplog;
        input.AllowSharedConnections = request.AllowSharedConnections ?? input.AllowSharedConnections;
        if (form is not null)
            Check(request, input, form, problems);
    }

    private static void Check(SelectionRequest request, DumpSelectionInput input, IEngineForm form, Dictionary<string, string> problems)
    {
        var found = new Dictionary<string, string>();
        var selection = form.ReadSelection(input, found);
        foreach (var (field, problem) in found)
            problems.TryAdd(Name(field[(field.IndexOf('.', StringComparison.Ordinal) + 1)..]), problem);

        // The form hides what does not apply; a script would believe that it does.
        Unused(
            nameof(request.ExcludeDatabases),
            request.ExcludeDatabases,
            selection.ExcludeDatabases,
            "Only a whole PostgreSQL server has databases to leave out.",
            problems);
        Unused(nameof(request.IncludeSchemas), request.IncludeSchemas, selection.IncludeSchemas, "Only PostgreSQL has schemas.", problems);
        Unused(nameof(request.ExcludeSchemas), request.ExcludeSchemas, selection.ExcludeSchemas, "Only PostgreSQL has schemas.", problems);
        Unused(nameof(request.IncludeTables), request.IncludeTables, selection.IncludeTables, "Only PostgreSQL has tables.", problems);
        Unused(nameof(request.ExcludeTables), request.ExcludeTables, selection.ExcludeTables, "Only PostgreSQL has tables.", problems);
        Unused(
            nameof(request.ExcludeTableData),
            request.ExcludeTableData,
            selection.ExcludeTableData,
            "Only PostgreSQL has tables.",
            problems);
        Unused(
            nameof(request.ExcludeCollections),
            request.ExcludeCollections,
            selection.ExcludeCollections,
            "Collections can be left out of one MongoDB database, not of a whole server.",
            problems);
        if (request.AllowSharedConnections == true && !selection.AllowSharedConnections)
            problems.TryAdd(Name(nameof(request.AllowSharedConnections)), "Only PostgreSQL has such poolers.");
        if (request.Oplog == true && !selection.Oplog)
            problems.TryAdd(Name(nameof(request.Oplog)), "The oplog can be taken of a whole MongoDB replica set only.");
    }

    private static void Unused(
        string field, string[]? given, IReadOnlyList<string> taken, string problem, Dictionary<string, string> problems)
    {
        if (given is { Length: > 0 } && taken.Count == 0)
            problems.TryAdd(Name(field), problem);
    }

    // The input has one name per line.
    private static string? Lines(string field, string[]? names, Dictionary<string, string> problems)
    {
        if (names is null)
            return null;
        if (Array.Exists(names, name => name.Length == 0 || name.Trim() != name || name.AsSpan().ContainsAny('\r', '\n')))
            problems.TryAdd(Name(field), "A name is not empty, and has no line break in it and no space around it.");
        return string.Join('\n', names);
    }

    private static string Name(string field) => Prefix + JsonNamingPolicy.CamelCase.ConvertName(field);
}
