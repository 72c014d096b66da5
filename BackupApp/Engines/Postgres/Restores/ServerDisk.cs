using System.Net;
using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>PostgreSQL tells nobody how much room its disk has. Where its files are this machine's, the kernel does.</summary>
internal static class ServerDisk
{
    /// <returns>Bytes; null where it cannot be known.</returns>
    public static async Task<long?> FreeAsync(PostgresSession session, CancellationToken cancellationToken)
    {
        if (!IPAddress.IsLoopback(session.Address))
            return null;
        try
        {
            var folder = await Sql.ScalarAsync<string>(
                session.Connection, "SELECT current_setting('data_directory', true)", cancellationToken);

            // A container's server on loopback has a folder of such a name elsewhere.
            return folder is not null && File.Exists(Path.Combine(folder, "PG_VERSION")) ? new DriveInfo(folder).AvailableFreeSpace : null;
        }
        catch (Exception e) when (e is PostgresException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // Only for superusers and members of pg_read_all_settings.
        }
    }
}
