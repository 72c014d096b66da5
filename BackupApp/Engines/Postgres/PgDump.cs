using System.Globalization;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres;

/// <summary>
/// pg_dump in its custom format, uncompressed, since the stream is compressed later on several cores; and for a whole
/// server pg_dumpall for what belongs to no database. pg_dump itself switches the server's statement, lock and idle
/// time-outs off for its session; pg_dumpall does not, and is told to by start-up options, which poolers refuse.
/// </summary>
/// <param name="tools">The installed clients.</param>
/// <param name="databases">Asked for a server's databases.</param>
/// <param name="privateParent">Folder under which each dump that needs certificate files gets a private one of its own.</param>
/// <param name="lockWait">
/// How long pg_dump waits for a table that is locked against reading, from 1 ms. Below the stall limit, so that the error names the table.
/// </param>
public sealed class PgDump(PgTools tools, PostgresDatabases databases, string privateParent, TimeSpan lockWait)
{
    public static readonly TimeSpan DefaultLockWait = TimeSpan.FromMinutes(10);

    private static readonly DumpTarget Globals = new(ArtifactKind.Globals, "globals");

    public static string FileExtension(ArtifactKind kind) => kind == ArtifactKind.Globals ? ".sql" : ".dump";

    /// <summary>The globals come first: the databases' owners are among them.</summary>
    public async Task<IReadOnlyList<DumpTarget>> FindTargetsAsync(
        DatabaseConnection connection, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (selection.Scope == SourceScope.Database)
            return [new DumpTarget(ArtifactKind.Database, connection.Database)];

        var catalog = await databases.ReadAsync(connection, selection, cancellationToken);
        return catalog.Databases.Count > 0
            ? [Globals, .. catalog.Databases.Select(d => new DumpTarget(ArtifactKind.Database, d.Name))]
            : throw new DumpFailedException(
                RunStage.Connect,
                "database_not_found",
                "The server has no database to back up: all are left out, or allow no connections. Check the list of excluded databases.");
    }

    public async Task<ToolCommand> PrepareAsync(
        DatabaseConnection connection,
        ConnectedServer server,
        DumpSelection selection,
        DumpTarget target,
        CancellationToken cancellationToken)
    {
        if (connection.Engine != Engine.Postgres)
            throw new ArgumentException("This tool dumps PostgreSQL only.", nameof(connection));
        if (server.Address is null)
            throw new ArgumentException("The address that answered is not known.", nameof(server));

        PgConnection.Check(connection);
        var client = tools.Choose(server.Server.Major);
        var catalog = target.Kind == ArtifactKind.Globals ? await databases.ReadAsync(connection, selection, cancellationToken) : null;
        var files = await PgCertificates.WriteAsync(connection, privateParent, cancellationToken);
        var environment = PgConnection.Environment(connection, server.Address, files);
        IReadOnlyList<string> secrets = [.. new[] { connection.Secrets.Password, connection.Secrets.ClientKeyPem }.OfType<string>()];
        if (catalog is null)
        {
            return new(
                client.PgDump,
                DatabaseArguments(connection, selection),
                environment,
                $"pg_dump {client.Version}",
                secrets,
                files.Folder)
            {
                ApplicationName = PgConnection.ApplicationName(connection),
                Notes =
                [
                    .. Given(PgFilters.Note(selection), PostgresFindings.OfPooler(server.Server with { Pooled = false })),
                    .. server.Gaps,
                ],
                Words = new PgDumpWords(databases.Connector, connection),
            };
        }

        if (catalog.HasTimeLimits && server.Server is { Pooled: false, SharedConnections: false })
            environment["PGOPTIONS"] = PostgresLimits.StartUpOptions;
        return new(
            client.PgDumpAll,
            GlobalsArguments(connection, catalog.ReadsPasswords),
            environment,
            $"pg_dumpall {client.Version}",
            secrets,
            files.Folder)
        {
            ApplicationName = PgConnection.ApplicationName(connection),
            Words = new PgDumpWords(databases.Connector, connection),
            Notes = Given(
                catalog.ReadsPasswords
                    ? null
                    : "The roles are without their passwords, which the login of this data source may not read: "
                        + "set them anew after a restore.",
                catalog.InvalidNote,
                catalog.OfRestoresNote),
        };
    }

    private static string[] Given(params string?[] notes) => [.. notes.OfType<string>()];

    private string[] DatabaseArguments(DatabaseConnection connection, DumpSelection selection) =>
    [
        "--format=custom",
        "--compress=0",
        "--no-password",
        $"--lock-wait-timeout={lockWait.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)}",
        .. PgFilters.Arguments(selection),
        $"--dbname={PgConnection.ConnectionString(connection)}",
    ];

    // Of --dbname, pg_dumpall ignores the database; of --database it reads a whole connection string, as libpq does everywhere.
    private string[] GlobalsArguments(DatabaseConnection connection, bool keepsPasswords) =>
    [
        "--globals-only",
        "--no-password",
        $"--lock-wait-timeout={lockWait.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)}",
        .. keepsPasswords ? Array.Empty<string>() : ["--no-role-passwords"],
        $"--database={PgConnection.ConnectionString(connection)}",
    ];
}
