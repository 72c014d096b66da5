using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines;

/// <summary>
/// One kind of database server: how it is entered, logged in to, looked at and dumped, and how its dumps are restored. An engine
/// is one folder beside this file; nothing outside knows it by name but the line that registers it and the pages of its form.
/// </summary>
public interface IEngine
{
    Engine Kind { get; }

    /// <summary>How a connection to it is entered and shown.</summary>
    IEngineForm Form { get; }

    /// <summary>
    /// Tries the login for real within 5 s, and explains what it finds. Never throws for anything that is wrong with the connection.
    /// </summary>
    /// <param name="selection">What is to be backed up: it decides which rights are needed.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ConnectionTestResult> TestAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>What a new source may be given when nobody said how to encrypt, from the strongest on. At least one.</summary>
    IReadOnlyList<TlsMode> TlsModes(DatabaseConnection connection);

    /// <summary>The first stage of a backup: the same login, with patience (<see cref="ConnectPatience.Limit"/>) for what passes.</summary>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>
    /// What there is to dump, asked of the server where the selection is a whole one: at least one, in the order in which to dump. For
    /// <see cref="SourceScope.Database"/> it is exactly the connection's database.
    /// </summary>
    /// <exception cref="DumpFailedException">There is nothing to dump.</exception>
    /// <exception cref="ConnectException">The server could not be asked.</exception>
    Task<IReadOnlyList<DumpTarget>> FindTargetsAsync(
        DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>
    /// What is on the server, as far as this login sees it: it may be more than what is backed up, and with MongoDB is less where the
    /// login may not list.
    /// </summary>
    /// <exception cref="ConnectException">The server could not be asked.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ServerContents> ListDatabasesAsync(DatabaseConnection connection, CancellationToken cancellationToken);

    /// <summary>Picks the tool that dumps this server and writes what it needs. Dispose the command to remove its private files.</summary>
    /// <param name="connection">With the target's database as its own.</param>
    /// <exception cref="DumpFailedException">
    /// Stage <see cref="Errors.RunStage.Connect"/>: no installed tool can dump this server.
    /// </exception>
    Task<ToolCommand> PrepareDumpAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        DumpSelection selection,
        DumpTarget target,
        CancellationToken cancellationToken);

    /// <summary>
    /// Comes just before each start of a tool: makes sure that the server at the tool's address asks for no password in the
    /// clear, where the tool itself could not refuse that, and looks from then on at what the tool's own connection is.
    /// </summary>
    /// <param name="connection">As the tool got it.</param>
    /// <exception cref="ConnectException">The tool must not be started.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<IToolWatch> WatchAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        ToolCommand command,
        CancellationToken cancellationToken);

    /// <summary>
    /// Ending of the name of what the tool writes, for example <c>.dump</c>; that of an object says besides how it is stored.
    /// </summary>
    string FileExtension(ArtifactKind kind);

    /// <summary>What makes the database besides what the dump holds of it, for those who restore it under another name.</summary>
    /// <param name="connection">With the target's database as its own.</param>
    /// <returns>Null where there is no such thing, or it could not be read: a backup is one without it.</returns>
    Task<DatabaseTraits?> ReadTraitsAsync(DatabaseConnection connection, DumpTarget target, CancellationToken cancellationToken);

    /// <summary>The ways to restore a file, for people; the usual one first.</summary>
    /// <param name="traits">Of the database, as <see cref="ReadTraitsAsync"/> read them; null where they are not known.</param>
    IReadOnlyList<RestoreStep> RestoreSteps(StoredFile file, DumpTarget target, DatabaseTraits? traits);

    /// <summary>A script that restores all files of a run; null where one command is enough.</summary>
    string? RestoreScript(RestorableRun run);

    /// <summary>What people have to know before any of it: what it does to data that is there, and how to name another server.</summary>
    string RestoreAdvice { get; }

    /// <summary>Brings a dump back by itself.</summary>
    IEngineRestore Restore { get; }
}
