using System.Globalization;
using BackupApp.DataSources;

namespace BackupApp.Backups.Dumps;

/// <summary>
/// pg_dump in its custom format, uncompressed, since the stream is compressed later on several cores. pg_dump itself switches the server's
/// statement, lock and idle time-outs off for its session, so start-up options (which poolers refuse) are not needed.
/// </summary>
/// <param name="tools">The installed clients.</param>
/// <param name="privateParent">Folder under which each dump that needs certificate files gets a private one of its own.</param>
/// <param name="lockWait">How long pg_dump waits for a table that is locked against reading, from 1 ms. Below the stall limit, so that the error names the table.</param>
public sealed class PgDump(PgTools tools, string privateParent, TimeSpan lockWait) : IDumpTool
{
    public static readonly TimeSpan DefaultLockWait = TimeSpan.FromMinutes(10);

    public Engine Engine => Engine.Postgres;

    public string FileExtension => ".dump.gz";

    public string ArtifactName(DataSource source) => source.Database;

    public async Task<DumpCommand> PrepareAsync(DatabaseConnection connection, ConnectedServer server, DumpSelection selection, CancellationToken cancellationToken)
    {
        if (connection.Engine != Engine.Postgres)
            throw new ArgumentException("This tool dumps PostgreSQL only.", nameof(connection));
        if (server.Address is null)
            throw new ArgumentException("The address that answered is not known.", nameof(server));

        PgConnection.Check(connection);
        var client = tools.Choose(server.Server.Major);
        var files = await PgCertificates.WriteAsync(connection, privateParent, cancellationToken);
        return new DumpCommand(
            client.PgDump,
            [
                "--format=custom",
                "--compress=0",
                "--no-password",
                $"--lock-wait-timeout={lockWait.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)}",
                $"--dbname={PgConnection.ConnectionString(connection)}",
            ],
            PgConnection.Environment(connection, server.Address, files),
            $"pg_dump {client.Version}",
            [.. new[] { connection.Secrets.Password, connection.Secrets.ClientKeyPem }.OfType<string>()],
            files.Folder);
    }

    /// <summary>
    /// Into a database made for it from the empty template, so that the line can overwrite nothing. Objects belong to whoever restores: the
    /// roles of the old server need not exist on the new one.
    /// </summary>
    public string RestoreCommand(string fileName, string database)
    {
        var target = PgConnection.LooksLikeConnectionString(database) ? $"dbname={PgConnection.Quote(database)}" : database;
        return $"createdb --template=template0 -- {ShellWord.Quote(database)} && gunzip -c -- {ShellWord.Quote(fileName)} | pg_restore --no-owner --dbname={ShellWord.Quote(target)}";
    }
}
