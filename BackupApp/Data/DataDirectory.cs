namespace BackupApp.Data;

/// <summary>The folder for everything this server keeps itself: the embedded database, the master key, the managed backups.</summary>
/// <param name="Path">Absolute.</param>
public sealed record DataDirectory(string Path)
{
    /// <summary>From <c>BackupApp:DataDirectory</c>; <c>./data</c> when it is not set.</summary>
    public static DataDirectory From(IConfiguration configuration) =>
        new(System.IO.Path.GetFullPath(configuration["BackupApp:DataDirectory"] is { Length: > 0 } path ? path : "data"));

    public string Combine(string name) => System.IO.Path.Combine(Path, name);
}
