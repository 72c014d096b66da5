namespace BackupApp.Data;

/// <summary>The folder for everything this server keeps itself: the embedded database, the master key, the managed backups.</summary>
/// <param name="Path">Absolute.</param>
public sealed record DataDirectory(string Path)
{
    public const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;

    /// <summary>From <c>BackupApp:DataDirectory</c>; <c>./data</c> when it is not set.</summary>
    public static DataDirectory From(IConfiguration configuration) =>
        new(System.IO.Path.GetFullPath(configuration["BackupApp:DataDirectory"] is { Length: > 0 } path ? path : "data"));

    /// <summary>
    /// Takes from group and others what a platform gave them on its volume (Kubernetes' fsGroup).
    /// Nothing to do where the file is not there.
    /// </summary>
    /// <exception cref="UnauthorizedAccessException">It belongs to another user; the message says what to do.</exception>
    public static void Close(string file)
    {
        if (!File.Exists(file) || (File.GetUnixFileMode(file) & ~OwnerFile) == 0)
            return;

        try
        {
            File.SetUnixFileMode(file, OwnerFile);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException(
                $"{file} is open to others and belongs to another user than '{Environment.UserName}', who therefore cannot close it. " +
                $"As root: chown -R {Environment.UserName} {System.IO.Path.GetDirectoryName(file)}", e);
        }
    }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);
}
