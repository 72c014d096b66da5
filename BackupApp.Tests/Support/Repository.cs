namespace BackupApp.Tests.Support;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "BackupApp.sln")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("BackupApp.sln");
            return folder.FullName;
        }
    }
}
