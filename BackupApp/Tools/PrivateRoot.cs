namespace BackupApp.Tools;

/// <summary>
/// Where this process keeps the private files of its dumps (<see cref="PrivateFiles"/>). A killed
/// process cannot remove its own: the next one does, which knows them by a lock that the kernel
/// drops with the process. Process numbers would not do: in a container the next one has the same.
/// </summary>
public sealed class PrivateRoot : IDisposable
{
    private const string Prefix = "backupapp-private-";
    private const string LockName = "lock";

    // Another process may be between making its folder and locking it.
    private static readonly TimeSpan Unlocked = TimeSpan.FromHours(1);

    private readonly FileStream _lock;

    private PrivateRoot(string path, FileStream heldLock) => (Path, _lock) = (path, heldLock);

    /// <summary>0700, and this process's alone.</summary>
    public string Path { get; }

    /// <summary>
    /// Removes what killed processes of this user left below <paramref name="parent"/>, and makes a folder for this one. What others made
    /// there, and links, stay: anybody may write in a folder for temporary files.
    /// </summary>
    /// <param name="parent">The same for every process of this machine, such as the system's temporary folder.</param>
    /// <exception cref="IOException"/>
    public static PrivateRoot Open(string parent, TimeProvider time)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, Prefix + "*").Where(Posix.IsOwnFolder))
            Sweep(folder, time);

        var path = System.IO.Path.Combine(parent, Prefix + System.IO.Path.GetRandomFileName());
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new PrivateRoot(path, OpenLock(path, FileMode.CreateNew));
    }

    public void Dispose()
    {
        using (_lock)
            Directory.Delete(Path, recursive: true);
    }

    private static void Sweep(string folder, TimeProvider time)
    {
        try
        {
            if (!File.Exists(System.IO.Path.Combine(folder, LockName))
                && time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) < Unlocked)
                return;
            using (OpenLock(folder, FileMode.OpenOrCreate))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // In use, or somebody else's.
        }
    }

    private static FileStream OpenLock(string folder, FileMode mode) =>
        new(System.IO.Path.Combine(folder, LockName), mode, FileAccess.ReadWrite, FileShare.None);
}
