using BackupApp.Data;

namespace BackupApp.Hosting.Embedded;

/// <summary>The lock that keeps a second BackupApp out of a data directory.</summary>
internal static class FolderLock
{
    /// <summary>EWOULDBLOCK, which .NET passes on as the exception's HResult.</summary>
    private const int WouldBlock = 11;

    /// <param name="path">Of the file that is locked; made when missing.</param>
    /// <exception cref="EmbeddedPostgresException">Another process holds it.</exception>
    public static FileStream Take(string path)
    {
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB), which also works between containers that share a volume.
            return new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = DataDirectory.OwnerFile,
            });
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new EmbeddedPostgresException(
                $"Another BackupApp already uses the data directory {Path.GetDirectoryName(path)}. " +
                "Stop it first, or give this one its own directory with BackupApp__DataDirectory.", e);
        }
    }
}
