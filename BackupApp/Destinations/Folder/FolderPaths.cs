using System.Buffers;

namespace BackupApp.Destinations.Folder;

/// <summary>From keys to paths below the root and back. No key and no symbolic link leads out of it.</summary>
internal sealed class FolderPaths
{
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;
    private const int UploadIdLength = 32;

    private static readonly SearchValues<char> UploadIdCharacters = SearchValues.Create("0123456789abcdef");

    public FolderPaths(string root)
    {
        if (!Path.IsPathFullyQualified(root) || root.Contains('\0', StringComparison.Ordinal))
            throw new StoreException(StoreError.InvalidConfiguration, "The folder must be an absolute path.");
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
    }

    public string Root { get; }

    public static string NewUploadId() => Guid.NewGuid().ToString("N");

    public string Final(string key) => Inside(Path.Combine(Root, ObjectKeys.Check(key)));

    /// <summary>
    /// Where an upload writes: beside the final file, so that the rename stays within one file system, and named after the upload.
    /// </summary>
    public string Partial(OpenUpload upload) =>
        IsUploadId(upload.Id)
            ? $"{Final(upload.Key)}.{upload.Id}{ObjectKeys.PartialSuffix}"
            : throw new StoreException(StoreError.InvalidConfiguration, "That is not an upload of a folder.");

    public string Key(string path) => Path.GetRelativePath(Root, path);

    /// <summary>The upload that a file of this name is the unfinished part of; null for any other file.</summary>
    public OpenUpload? Upload(FileInfo file)
    {
        var name = file.FullName;
        if (!name.EndsWith(ObjectKeys.PartialSuffix, StringComparison.Ordinal))
            return null;
        name = name[..^ObjectKeys.PartialSuffix.Length];
        var dot = name.Length - UploadIdLength - 1;
        return dot > 0 && name[dot] == '.' && IsUploadId(name.AsSpan(dot + 1))
            ? new OpenUpload(Key(name[..dot]), name[(dot + 1)..], file.CreationTimeUtc)
            : null;
    }

    /// <summary>Makes the root and what is below it on the way to <paramref name="path"/>, for this service's user only.</summary>
    public void CreateParents(string path)
    {
        // One by one: .NET gives the mode to the innermost folder only.
        foreach (var folder in FoldersOf(path).Reverse())
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, PrivateFolder);
        }
    }

    /// <summary>Deletes the file and the folders that this leaves empty.</summary>
    /// <returns>False when there was none.</returns>
    public bool Remove(string path)
    {
        if (!IsThere(path))
            return false;
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return false; // somebody else was faster
        }
        RemoveEmptyParents(path);
        return true;
    }

    /// <summary>False only where the file system says that there is none: what cannot be looked at is not gone.</summary>
    /// <exception cref="IOException">Or <see cref="UnauthorizedAccessException"/>: it could not be looked at.</exception>
    public static bool IsThere(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private void RemoveEmptyParents(string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length > Root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (DirectoryNotFoundException)
            {
                continue; // somebody else tidied up at the same time
            }
            catch (IOException)
            {
                return; // not empty: asking first would be out of date by the time of deleting
            }
        }
    }

    /// <summary>The folders from <paramref name="path"/> up to the root, innermost first.</summary>
    public IEnumerable<string> FoldersOf(string path)
    {
        for (var folder = Path.GetDirectoryName(path)!; folder.Length >= Root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            yield return folder;
            if (folder == Root)
                yield break;
        }
    }

    private string Inside(string path)
    {
        for (var part = path; part.Length > Root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
                throw new StoreException(StoreError.AccessDenied, $"A symbolic link below {Root} is in the way: backups never follow one.");
        }
        return path;
    }

    private static bool IsUploadId(ReadOnlySpan<char> text) => text.Length == UploadIdLength && !text.ContainsAnyExcept(UploadIdCharacters);
}
