namespace BackupApp.Destinations.Folder;

/// <summary>
/// Turns what the file system throws into a <see cref="StoreException"/>, by type and by the errno that .NET keeps in HResult.
/// </summary>
internal static class FolderErrors
{
    private const int EFBIG = 27;
    private const int ENOSPC = 28;
    private const int EROFS = 30;
    private const int ENAMETOOLONG = 36;
    private const int EDQUOT = 122;

    public static StoreException Map(Exception exception, string root) => exception switch
    {
        StoreException known => known,
        FileNotFoundException or DirectoryNotFoundException => new(
            StoreError.ObjectNotFound,
            $"The file is no longer in {root}.",
            exception),
        IOException { HResult: ENOSPC } => new(StoreError.InsufficientSpace, $"The file system of {root} is full: make room.", exception),
        IOException { HResult: EDQUOT } => new(
            StoreError.InsufficientSpace,
            $"The disk quota of {root} is used up: raise it or make room.",
            exception),
        IOException { HResult: EROFS } => new(
            StoreError.AccessDenied,
            $"The file system of {root} is read-only: mount it writable.",
            exception),
        IOException { HResult: EFBIG } => new(
            StoreError.TooLarge,
            $"The file system of {root} cannot hold a file of this size.",
            exception),
        PathTooLongException or IOException { HResult: ENAMETOOLONG } =>
            new(StoreError.InvalidConfiguration, $"A file name below {root} would be too long: shorten the prefix.", exception),
        UnauthorizedAccessException =>
            new(StoreError.AccessDenied, $"This service may not use {root}: give its user the right to read and write there.", exception),
        _ => new(
            StoreError.StoreFailed,
            $"The file system of {root} failed ({exception.GetType().Name}, {exception.HResult}): look into the system's log.",
            exception),
    };

    public static bool IsFileSystem(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
