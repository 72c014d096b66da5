using System.Globalization;
using BackupApp.Data;

namespace BackupApp.Hosting.Embedded;

/// <summary>The cluster's files: made once, given our settings at every start.</summary>
internal sealed class EmbeddedCluster(DataFolder data, ServerAccount account)
{
    /// <summary>Name of initdb's superuser. The app never logs in with it except to set up its own role.</summary>
    public const string Superuser = "postgres";

    /// <summary>The major version that made it, or null while there is none.</summary>
    public int? Major()
    {
        var version = Path.Combine(data.Cluster, "PG_VERSION");
        if (File.Exists(version))
            return int.Parse(File.ReadAllText(version).Split('.')[0], CultureInfo.InvariantCulture);

        if (Directory.Exists(data.Cluster) && Directory.EnumerateFileSystemEntries(data.Cluster).Any())
            throw new EmbeddedPostgresException(
                $"{data.Cluster} is not empty, but it holds no PostgreSQL database. Move it away and start again.");

        return null;
    }

    /// <summary>
    /// Makes the cluster beside its place and renames it when it is whole: after a power cut there is either all of it or none.
    /// </summary>
    public async Task MakeAsync(PostgresBinaries binaries, string password, CancellationToken cancellationToken)
    {
        await account.DemandNameAsync(cancellationToken);
        RemoveUnfinished();
        Directory.CreateDirectory(data.Unfinished, DataDirectory.OwnerFolder);
        await account.TakeAsync(data.Unfinished, cancellationToken);

        var made = Path.Combine(data.Unfinished, "cluster");
        var passwordCopy = Path.Combine(data.Unfinished, "password");
        DurableFile.Replace(passwordCopy, password + "\n");
        await account.TakeAsync(passwordCopy, cancellationToken);

        var (exitCode, output) = await account.RunAsync(binaries.Initdb, Initdb(made, passwordCopy), cancellationToken);
        if (exitCode != 0)
        {
            RemoveUnfinished();
            throw new EmbeddedPostgresException($"PostgreSQL could not make its database in {data.Path}. initdb said:\n{output}");
        }

        if (Directory.Exists(data.Cluster))
            Directory.Delete(data.Cluster);
        Directory.Move(made, data.Cluster);
        await ServerProgram.DemandAsync("sync", [data.Path], cancellationToken);
        RemoveUnfinished();
    }

    public void RemoveUnfinished()
    {
        if (Directory.Exists(data.Unfinished))
            Directory.Delete(data.Unfinished, recursive: true);
    }

    /// <summary>
    /// Our settings replace initdb's files whole, so that an update of BackupApp brings its own and no stray edit stops a start.
    /// </summary>
    public async Task WriteSettingsAsync(string socketFolder, CancellationToken cancellationToken)
    {
        await account.TakeTreeAsync(data.Cluster, cancellationToken);
        await CloseAsync(cancellationToken);
        await WriteAsync("postgresql.conf", EmbeddedSettings.Text(socketFolder), cancellationToken);
        await WriteAsync("pg_hba.conf", "local all all scram-sha-256\n", cancellationToken);
    }

    /// <summary>A platform may have opened its volume to a group (Kubernetes' fsGroup), with which PostgreSQL refuses to start.</summary>
    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (File.GetUnixFileMode(data.Cluster) == DataDirectory.OwnerFolder)
            return;

        var (exitCode, output) = await account.RunAsync("chmod", ["-R", "u+rwX,go-rwx,g-s", "--", data.Cluster], cancellationToken);
        if (exitCode != 0)
            throw new EmbeddedPostgresException(
                $"The database in {data.Cluster} is open to others, with which PostgreSQL does not start, and cannot be closed: {output}. "
                + $"Close it as root: chmod -R u+rwX,go-rwx,g-s {data.Cluster}");
    }

    // C sorts by bytes, the same with every C library, so no index breaks when the image's base
    // system changes; C.UTF-8 still knows letters.
    private static string[] Initdb(string folder, string passwordFile) =>
    [
        $"--pgdata={folder}", $"--username={Superuser}", $"--pwfile={passwordFile}", "--auth=scram-sha-256",
        "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8", "--data-checksums",
    ];

    private async Task WriteAsync(string name, string content, CancellationToken cancellationToken)
    {
        var path = Path.Combine(data.Cluster, name);
        DurableFile.Replace(path, content);
        await account.TakeAsync(path, cancellationToken);
    }
}
