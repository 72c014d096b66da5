namespace BackupApp.Engines;

/// <summary>One kind of database server: how to log in to it, and what can be wrong with that.</summary>
public interface IDatabaseEngine
{
    Engine Engine { get; }

    /// <summary>Tries the login for real within 5 s, and explains what it finds. Never throws for anything that is wrong with the connection.</summary>
    /// <param name="selection">What is to be backed up: it decides which rights are needed.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ConnectionTestResult> TestAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>What a new source may be given when nobody said how to encrypt, from the strongest on. At least one.</summary>
    IReadOnlyList<TlsMode> TlsModes(DatabaseConnection connection);

    /// <summary>
    /// Comes just before each start of a tool: makes sure that the server at the tool's address asks for no password in the clear, where the tool itself could
    /// not refuse that, and looks from then on at what the tool's own connection is.
    /// </summary>
    /// <param name="connection">As the tool got it.</param>
    /// <exception cref="ConnectException">The tool must not be started.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<IToolWatch> WatchAsync(DatabaseConnection connection, ConnectedServer server, ToolCommand command, CancellationToken cancellationToken);

    /// <summary>The first stage of a backup: the same login, with patience (<see cref="ConnectPatience.Limit"/>) for what passes.</summary>
    /// <exception cref="ConnectException">It did not work; the code says why.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    Task<ConnectedServer> ConnectAsync(DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken);
}
