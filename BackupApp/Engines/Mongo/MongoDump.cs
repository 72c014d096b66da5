using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Mongo;

/// <summary>
/// mongodump writing one archive, uncompressed, since the stream is compressed later on several cores. How to connect, and the password, it
/// reads from its standard input: neither the command line nor the disk has them. Only certificates need files.
/// </summary>
/// <param name="tools">The installed tool.</param>
/// <param name="privateParent">Folder under which each dump that needs certificate files gets a private one of its own.</param>
public sealed class MongoDump(MongoTools tools, string privateParent)
{
    // Words for people; no database can be called by them, since MongoDB allows no space in names.
    private const string WholeServer = "all databases";
    private const string WholeServerWithOplog = "all databases with oplog";

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["HOME"] = "/nonexistent",
        ["PATH"] = "/usr/bin:/bin",
        ["LC_ALL"] = "C.UTF-8",
        ["TZ"] = "UTC",
    };

    /// <summary>Of every kind of archive.</summary>
    public const string FileExtension = ".archive";

    // At its prompt mongorestore would take the beginning of the archive, which comes on the same input, for the password.
    public static string RestoreAdvice =>
        "Nothing that is there is dropped or overwritten: documents are added to what the collections hold. "
        + "Name another server and the user in --uri; for a password add --config=<file>, a file with the line password: "
        + "\"…\", since mongorestore cannot ask for it while it reads the archive.";

    /// <summary>A whole server is one archive: only so can it be of one moment, by the oplog.</summary>
    public static DumpTarget Target(DatabaseConnection connection, DumpSelection selection) => selection.Scope == SourceScope.Database
        ? new(ArtifactKind.Database, connection.Database)
        : new(ArtifactKind.Server, selection.Oplog ? WholeServerWithOplog : WholeServer);

    /// <param name="server">Its own form of the connection is used, where DNS had to complete it.</param>
    public async Task<ToolCommand> PrepareAsync(
        DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (connection.Engine != Engine.Mongodb)
            throw new ArgumentException("This tool dumps MongoDB only.", nameof(connection));

        connection = server.Resolved ?? connection;
        Check(connection);
        var tool = tools.Find() ?? throw new DumpFailedException(RunStage.Connect, "server_version_unsupported",
            "No mongodump is installed where BackupApp runs. Install MongoDB's database tools (package mongodb-database-tools), "
            + "or name their folder in BackupApp__Backups__MongoToolFolders__0.");
        var (folder, authorities, clientKey) = await WriteCertificatesAsync(connection, cancellationToken);
        return new ToolCommand(
            tool.MongoDump,
            Arguments(connection, selection),
            Environment,
            $"mongodump {tool.Version}",
            [.. new[] { connection.Secrets.Password, connection.Secrets.ClientKeyPem }.OfType<string>()],
            folder)
        {
            StandardInput = MongoConfig.Write(connection, authorities, clientKey),
            Notes =
                selection.ExcludeCollections.Count == 0
                    ? []
                    : [$"Without these collections, as the data source says: {string.Join(", ", selection.ExcludeCollections)}."],
        };
    }

    /// <summary>
    /// What is there already is not dropped or overwritten: mongorestore adds what is missing and names what it could not add.
    /// </summary>
    public static string RestoreCommand(StoredFile file, DumpTarget target)
    {
        var what = target switch
        {
            { Kind: ArtifactKind.Database } => $"--nsInclude={ShellWord.Quote($"{EscapePattern(target.Database)}.*")} ",
            { Database: WholeServerWithOplog } => "--oplogReplay ",
            _ => "",
        };
        return $"{file.ReadCommand} | mongorestore --archive {what}--uri=mongodb://localhost:27017";
    }

    private static string[] Arguments(DatabaseConnection connection, DumpSelection selection)
    {
        if (selection.Scope == SourceScope.Server)
            return selection.Oplog ? ["--config=/dev/stdin", "--archive", "--oplog"] : ["--config=/dev/stdin", "--archive"];
        return
        [
            "--config=/dev/stdin",
            "--archive",
            $"--db={connection.Database}",
            .. selection.ExcludeCollections.Select(c => $"--excludeCollection={c}"),
        ];
    }

    private static void Check(DatabaseConnection connection)
    {
        foreach (var (name, value) in connection.Parameters)
        {
            if (MongoParameters.ProblemBesideFields(name, value) is { } problem)
                throw new DumpFailedException(RunStage.Connect, "invalid_uri", $"{name}: {problem}");
        }
    }

    private async Task<(string? Folder, string? Authorities, string? ClientKey)> WriteCertificatesAsync(
        DatabaseConnection connection, CancellationToken cancellationToken)
    {
        var secrets = connection.Secrets;
        var client = string.IsNullOrWhiteSpace(secrets.ClientCertificatePem)
            ? null
            : $"{secrets.ClientCertificatePem.TrimEnd()}\n{secrets.ClientKeyPem?.TrimEnd()}\n";
        if (connection.TlsMode == TlsMode.Disable || (client is null && string.IsNullOrWhiteSpace(secrets.CaCertificatePem)))
            return (null, null, null);
        var (folder, paths) = await PrivateFiles.WriteAsync(
            privateParent, [("ca.pem", secrets.CaCertificatePem), ("client.pem", client)], cancellationToken);
        return (folder, paths[0], paths[1]);
    }

    // A star in a namespace pattern stands for anything.
    private static string EscapePattern(string database) =>
        database.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("*", @"\*", StringComparison.Ordinal);
}
