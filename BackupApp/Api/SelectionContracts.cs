using System.ComponentModel;
using BackupApp.Engines;

namespace BackupApp.Api;

/// <summary>What of a data source is backed up. Lists that are left out stay as they are; an empty one clears.</summary>
public sealed class SelectionRequest
{
    [Description("One database, or every database of the server.")]
    public SourceScope? Scope { get; init; }

    [Description("PostgreSQL, whole server: databases that are left out.")]
    public string[]? ExcludeDatabases { get; init; }

    [Description("PostgreSQL, one database: only these schemas. Patterns as pg_dump reads them, here and below.")]
    public string[]? IncludeSchemas { get; init; }

    [Description("PostgreSQL: schemas that are left out.")]
    public string[]? ExcludeSchemas { get; init; }

    [Description("PostgreSQL, one database: only these tables.")]
    public string[]? IncludeTables { get; init; }

    [Description("PostgreSQL: tables that are left out.")]
    public string[]? ExcludeTables { get; init; }

    [Description("PostgreSQL: tables that are backed up without their rows.")]
    public string[]? ExcludeTableData { get; init; }

    [Description(
        "PostgreSQL: back up through a pooler in transaction mode all the same. "
        + "It harms the pool's other clients: their own queries fail afterwards with `relation … does not exist`.")]
    public bool? AllowSharedConnections { get; init; }

    [Description("MongoDB, one database: collections that are left out.")]
    public string[]? ExcludeCollections { get; init; }

    [Description("MongoDB, whole replica set: also the writes made during the dump, so that it restores to one moment.")]
    public bool? Oplog { get; init; }
}

public sealed record SelectionResponse(
    SourceScope Scope,
    IReadOnlyList<string> ExcludeDatabases,
    IReadOnlyList<string> IncludeSchemas,
    IReadOnlyList<string> ExcludeSchemas,
    IReadOnlyList<string> IncludeTables,
    IReadOnlyList<string> ExcludeTables,
    IReadOnlyList<string> ExcludeTableData,
    IReadOnlyList<string> ExcludeCollections,
    bool Oplog,
    bool AllowSharedConnections)
{
    internal static SelectionResponse Of(DumpSelection selection) => new(
        selection.Scope,
        selection.ExcludeDatabases,
        selection.IncludeSchemas,
        selection.ExcludeSchemas,
        selection.IncludeTables,
        selection.ExcludeTables,
        selection.ExcludeTableData,
        selection.ExcludeCollections,
        selection.Oplog,
        selection.AllowSharedConnections);
}
