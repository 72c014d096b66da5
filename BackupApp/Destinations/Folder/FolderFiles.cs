namespace BackupApp.Destinations.Folder;

/// <summary>What lies in the folder.</summary>
internal static class FolderFiles
{
    /// <summary>Files whose key starts with the prefix, in the order of their keys; unfinished ones too.</summary>
    public static IEnumerable<FileInfo> Under(FolderPaths paths, string keyPrefix)
    {
        var folder = Path.Combine(paths.Root, Path.GetDirectoryName(ObjectKeys.CheckPrefix(keyPrefix)) ?? "");
        if (!FolderPaths.IsThere(folder))
            return [];
        var everything = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
            MatchType = MatchType.Simple,
        };
        return new DirectoryInfo(folder).EnumerateFiles("*", everything)
            .Where(file => paths.Key(file.FullName).StartsWith(keyPrefix, StringComparison.Ordinal))
            .OrderBy(file => paths.Key(file.FullName), StringComparer.Ordinal);
    }
}
