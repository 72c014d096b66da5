using BackupApp.DataSources;

namespace BackupApp.Backups.Dumps;

/// <summary>An engine's dump program. It contributes a command line and an environment; running it is <see cref="DumpProcess"/>'s part.</summary>
public interface IDumpTool
{
    Engine Engine { get; }

    /// <summary>Ending of the object's key and of the downloaded file, for example <c>.dump.gz</c>.</summary>
    string FileExtension { get; }

    /// <summary>
    /// Picks the tool for this server and writes what it needs. Dispose the command to remove its private files.
    /// </summary>
    /// <exception cref="DumpFailedException">Stage <see cref="BackupStage.Connect"/>: no installed tool can dump this server.</exception>
    Task<DumpCommand> PrepareAsync(DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken);

    /// <summary>What the artifact is called: its database, or words for people that no database can be called by.</summary>
    string ArtifactName(DataSource source);

    /// <summary>The shell line that restores a file of this kind, for people. Holds no secret.</summary>
    string RestoreCommand(string fileName, string database);
}

/// <summary>A ready-to-run dump. No secret is in <paramref name="Arguments"/>, which every user of the machine can read.</summary>
/// <param name="Program">Full path of the tool.</param>
/// <param name="Environment">The tool's whole environment: nothing is inherited from this process.</param>
/// <param name="ToolVersion">For example <c>pg_dump 15.18</c>.</param>
/// <param name="Secrets">Texts to blot out of whatever the tool prints.</param>
/// <param name="PrivateFolder">Deleted with the command; null when the tool needs no file.</param>
public sealed record DumpCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string ToolVersion,
    IReadOnlyList<string> Secrets,
    string? PrivateFolder) : IDisposable
{
    /// <summary>What the tool reads from its standard input, secrets included: it is never on disk. At most 64 KiB.</summary>
    public string? StandardInput { get; init; }

    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";

    public void Dispose()
    {
        if (PrivateFolder is not null && Directory.Exists(PrivateFolder))
            Directory.Delete(PrivateFolder, recursive: true);
    }
}
