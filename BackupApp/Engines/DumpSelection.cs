namespace BackupApp.Engines;

/// <summary>How much of a server a data source stands for; the published words are the API's.</summary>
public enum SourceScope
{
    /// <summary>One database; its job has one artifact.</summary>
    Database,

    /// <summary>Every database of the server, found anew at each run.</summary>
    Server,
}

/// <summary>
/// What of a data source is backed up. Stored as one JSON document; all names are as the server writes them, without quotes.
/// </summary>
public sealed record DumpSelection
{
    public static readonly DumpSelection Everything = new();

    public SourceScope Scope { get; init; }

    /// <summary>Whole server only: databases that are left out.</summary>
    public IReadOnlyList<string> ExcludeDatabases { get; init; } = [];

    /// <summary>PostgreSQL: only these schemas; none = all. Patterns as pg_dump reads them, here and below.</summary>
    public IReadOnlyList<string> IncludeSchemas { get; init; } = [];

    public IReadOnlyList<string> ExcludeSchemas { get; init; } = [];

    public IReadOnlyList<string> IncludeTables { get; init; } = [];

    public IReadOnlyList<string> ExcludeTables { get; init; } = [];

    /// <summary>PostgreSQL: these tables are backed up without their rows.</summary>
    public IReadOnlyList<string> ExcludeTableData { get; init; } = [];

    /// <summary>
    /// PostgreSQL: back up through a pooler in transaction mode all the same, though it harms the
    /// pool's other clients. Off, such a server is refused.
    /// </summary>
    public bool AllowSharedConnections { get; init; }

    /// <summary>MongoDB: collections that are left out.</summary>
    public IReadOnlyList<string> ExcludeCollections { get; init; } = [];

    /// <summary>MongoDB, whole replica set only: also the writes made during the dump, so that it restores to one moment.</summary>
    public bool Oplog { get; init; }
}
