using System.Buffers;
using System.Security.Cryptography;
using BackupApp.Data;

namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The data directory while this process owns it: an exclusive lock, and the names of what PostgreSQL keeps there. The kernel
/// drops the lock when the process ends, however it ends; the handle is close-on-exec, so a surviving server does not keep it.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    public const string ClusterName = "postgres";
    public const string PasswordFileName = "postgres.password";

    private const string LockName = "backupapp.lock";

    /// <summary>pg_ctl and initdb build shell commands with the path between double quotes.</summary>
    private static readonly SearchValues<char> UnsafeInShell = SearchValues.Create("\"$`\\\n\r");

    private readonly FileStream _lock;

    private DataFolder(FileStream heldLock)
    {
        _lock = heldLock;
        // The open handle's link is the real path, free of symbolic links: running servers are recognised by it.
        var link = File.ResolveLinkTarget($"/proc/self/fd/{heldLock.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false);
        Path = System.IO.Path.GetDirectoryName(link!.FullName)!;
    }

    public string Path { get; }

    public string Cluster => System.IO.Path.Combine(Path, ClusterName);

    /// <summary>Where a cluster is being made. Found at a start, it is what a power cut left: never used, always removed.</summary>
    public string Unfinished => System.IO.Path.Combine(Path, "postgres.new");

    public string PasswordFile => System.IO.Path.Combine(Path, PasswordFileName);

    public string LogFile => System.IO.Path.Combine(Path, "postgres.log");

    public string RunFolder => System.IO.Path.Combine(Path, "run");

    /// <exception cref="EmbeddedPostgresException">Another BackupApp uses the folder, or it cannot be written.</exception>
    public static DataFolder Open(string path)
    {
        if (!OperatingSystem.IsLinux())
            throw new EmbeddedPostgresException(
                "The embedded PostgreSQL needs Linux. Set ConnectionStrings__BackupApp to a PostgreSQL server instead.");

        path = System.IO.Path.GetFullPath(path);
        if (path.AsSpan().ContainsAny(UnsafeInShell))
            throw new EmbeddedPostgresException(
                $"The data directory {path} has a character in its name that PostgreSQL's tools cannot cope with "
                + "(one of \" $ ` \\ or a line break).");

        try
        {
            Make(path);
            var folder = new DataFolder(FolderLock.Take(System.IO.Path.Combine(path, LockName)));
            folder.CloseFiles();
            return folder;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new EmbeddedPostgresException(
                $"The data directory {path} cannot be written by user '{Environment.UserName}': {e.Message} " +
                $"Give it to this user, as root: chown -R {Environment.UserName} {path}. Or set BackupApp__DataDirectory.", e);
        }
        catch (IOException e) when (FullDisk.IsBehind(e))
        {
            throw new EmbeddedPostgresException(FullDisk.Sentence(path), e);
        }
    }

    /// <summary>The superuser's password: 256 random bits in hexadecimal, made once.</summary>
    public string ReadOrMakePassword()
    {
        if (File.Exists(PasswordFile) && File.ReadAllText(PasswordFile).Trim() is { Length: > 0 } known)
            return known;

        if (Directory.Exists(Cluster))
            throw new EmbeddedPostgresException(
                $"{PasswordFile} is missing or empty, but {Cluster} holds a database that asks for that password. "
                + "Put the file back from a copy of the data directory.");

        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        DurableFile.Replace(PasswordFile, password + "\n");
        return password;
    }

    public void Dispose() => _lock.Dispose();

    private void CloseFiles()
    {
        try
        {
            foreach (var file in (string[])[System.IO.Path.Combine(Path, LockName), PasswordFile, LogFile, LogFile + ".1"])
                DataDirectory.Close(file);
        }
        catch (UnauthorizedAccessException e)
        {
            Dispose();
            throw new EmbeddedPostgresException(e.Message, e);
        }
    }

    private static void Make(string path)
    {
        if (Directory.Exists(path))
            return;

        // Run by root, the server is another user, who must be able to pass through but not to look around.
        var passable = Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None;
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, DataDirectory.OwnerFolder | passable);
    }
}
