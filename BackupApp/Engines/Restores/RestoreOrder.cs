using BackupApp.Inventories;

namespace BackupApp.Engines.Restores;

/// <summary>Where a restore goes. Written in snake_case: <c>new_database</c>, <c>new_server</c>, <c>overwrite</c>.</summary>
public enum RestoreMode
{
    /// <summary>Into a database that does not exist yet.</summary>
    NewDatabase,

    /// <summary>Into the database that the target's connection names, which is there and empty.</summary>
    NewServer,

    /// <summary>In place of a database; the old one stays beside it under a dated name.</summary>
    Overwrite,
}

/// <summary>What is to be restored, and where to.</summary>
/// <param name="Id">Of the restore job: part of the name of what is half-made.</param>
/// <param name="Target">
/// The login, secrets in clear. For <see cref="RestoreMode.NewDatabase"/> its database is any that the login may enter.
/// </param>
/// <param name="Database">The name that the restored database must have in the end. Of globals it means nothing.</param>
public sealed record RestoreOrder(Guid Id, RestoreMode Mode, DatabaseConnection Target, string Database, DumpedDatabase Dump)
{
    public RestoreSelection Selection { get; init; } = RestoreSelection.Everything;

    /// <summary>Errors are listed and the restore goes on; it ends as partial.</summary>
    public bool GoOnPastErrors { get; init; }

    /// <summary>
    /// With <see cref="RestoreMode.Overwrite"/>: even a partial restore takes the old one's place. Else it is kept beside it.
    /// </summary>
    public bool SwapPartial { get; init; }

    /// <summary>
    /// One of a server's databases, with <see cref="RestoreMode.NewDatabase"/>: the empty one that every server has from the start makes
    /// room for it.
    /// </summary>
    public bool IsOfServer { get; init; }

    /// <summary>Roles that the target lacks are made before this runs.</summary>
    public bool RolesComeFirst { get; init; }

    /// <summary>How long nothing may move before it counts as stalled.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromMinutes(15);

    // A record prints all its members; the target prints no secret, but the dump's inventory is long.
    public override string ToString() => $"{Mode} {Database} at {Target} ({Id})";
}

/// <summary>What is known of the dump before it is read.</summary>
/// <param name="Name">Of the database when it was dumped.</param>
/// <param name="ServerVersion">Of the server that it was dumped from, as it said; null where it is not known.</param>
/// <param name="Traits">Null where they were not recorded: then the archive's own words have to do.</param>
/// <param name="Inventory">Null of older backups: then the stream is counted while it passes.</param>
/// <param name="Bytes">Of the dump, uncompressed; null where it is not known.</param>
public sealed record DumpedDatabase(
    ArtifactKind Kind, string Name, string? ServerVersion, DatabaseTraits? Traits = null, Inventory? Inventory = null, long? Bytes = null);

/// <summary>What of a dump is restored.</summary>
/// <param name="Schemas">Whole schemas.</param>
/// <param name="Tables">Tables; of MongoDB collections, with the database as their schema.</param>
public sealed record RestoreSelection(IReadOnlyList<string> Schemas, IReadOnlyList<PickedTable> Tables)
{
    public static readonly RestoreSelection Everything = new([], []);

    public bool IsEverything => Schemas.Count == 0 && Tables.Count == 0;
}

/// <summary>Names are as the server writes them, without quotes.</summary>
public sealed record PickedTable(string Schema, string Name);
