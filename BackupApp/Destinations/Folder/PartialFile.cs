namespace BackupApp.Destinations.Folder;

/// <summary>The file that an upload writes.</summary>
internal static class PartialFile
{
    public static FileStream Create(FolderPaths paths, string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0, // the writer's blocks are large already
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = FolderPaths.PrivateFile;
        for (var n = 1; ; n++)
        {
            try
            {
                paths.CreateParents(path);
                return new FileStream(path, options);
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && n < 50)
            {
                continue; // a delete next door removed the empty folder a moment ago
            }
        }
    }
}
