namespace BackupApp.Tools;

/// <summary>Files that a tool takes from disk only, in a folder of mode 0700, with mode 0600, for as long as the dump runs.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="parent">The folder in which a new one of random name is made.</param>
    /// <param name="files">Name and text; one without text is not written.</param>
    /// <returns>The new folder, and each file's path or null.</returns>
    public static async Task<(string Folder, IReadOnlyList<string?> Paths)> WriteAsync(
        string parent, IEnumerable<(string Name, string? Text)> files, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(parent, Path.GetRandomFileName());
        Directory.CreateDirectory(parent, OwnerFolder);
        Directory.CreateDirectory(folder, OwnerFolder);
        try
        {
            var paths = new List<string?>();
            foreach (var (name, text) in files)
                paths.Add(await WriteAsync(Path.Combine(folder, name), text, cancellationToken));
            return (folder, paths);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    private static async Task<string?> WriteAsync(string path, string? text, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerFile };
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
        return path;
    }
}
