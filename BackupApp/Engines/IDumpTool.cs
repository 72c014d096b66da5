using BackupApp.Tools;

namespace BackupApp.Engines;

/// <summary>An engine's dump program. It contributes a command line and an environment; running it is <see cref="DumpProcess"/>'s part.</summary>
public interface IDumpTool
{
    Engine Engine { get; }

    /// <summary>Ending of the object's key and of the downloaded file when it is compressed, for example <c>.dump.gz</c>.</summary>
    string FileExtension(ArtifactKind kind);

    /// <summary>
    /// What there is to dump, asked of the server where the selection is a whole one: at least one, in the order in which to dump. For
    /// <see cref="SourceScope.Database"/> it is exactly the connection's database.
    /// </summary>
    /// <exception cref="DumpFailedException">There is nothing to dump.</exception>
    /// <exception cref="ConnectException">The server could not be asked.</exception>
    Task<IReadOnlyList<DumpTarget>> FindTargetsAsync(DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>
    /// Picks the tool for this server and writes what it needs. Dispose the command to remove its private files.
    /// </summary>
    /// <param name="connection">With the target's database as its own.</param>
    /// <exception cref="DumpFailedException">Stage <see cref="BackupStage.Connect"/>: no installed tool can dump this server.</exception>
    Task<ToolCommand> PrepareAsync(DatabaseConnection connection, ConnectedServer server, DumpSelection selection, DumpTarget target, CancellationToken cancellationToken);

    /// <summary>The shell line that restores a file of this kind, compressed or not as its name says, for people. Holds no secret.</summary>
    string RestoreCommand(string fileName, DumpTarget target);

    /// <summary>What people have to know before they run <see cref="RestoreCommand"/>: what it does to data that is there, and how to name another server.</summary>
    string RestoreAdvice { get; }
}

/// <summary>A ready-to-run dump. No secret is in <paramref name="Arguments"/>, which every user of the machine can read.</summary>
/// <param name="Program">Full path of the tool.</param>
/// <param name="Environment">The tool's whole environment: nothing is inherited from this process.</param>
/// <param name="ToolVersion">For example <c>pg_dump 15.18</c>.</param>
/// <param name="Secrets">Texts to blot out of whatever the tool prints.</param>
/// <param name="PrivateFolder">Deleted with the command; null when the tool needs no file.</param>
public sealed record ToolCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string ToolVersion,
    IReadOnlyList<string> Secrets,
    string? PrivateFolder) : IDisposable
{
    /// <summary>What the dump does not hold though people may expect it: one sentence for the job's page and the manifest.</summary>
    public string? Note { get; init; }

    /// <summary>Null where the engine has nothing to add to what its tool says.</summary>
    public IToolWords? Words { get; init; }

    /// <summary>What the tool reads from its standard input, secrets included: it is never on disk. At most 64 KiB.</summary>
    public string? StandardInput { get; init; }

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    public void Dispose()
    {
        if (PrivateFolder is not null && Directory.Exists(PrivateFolder))
            Directory.Delete(PrivateFolder, recursive: true);
    }
}
