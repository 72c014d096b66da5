namespace BackupApp.Engines;

/// <summary>Section <c>BackupApp:Backups</c>: where the engines' programs are.</summary>
public sealed class EngineOptions
{
    /// <summary>More folders to look for PostgreSQL's client programs in.</summary>
    public string[] PostgresClientFolders { get; set; } = [];

    /// <summary>More folders to look for MongoDB's database tools in; they come first.</summary>
    public string[] MongoToolFolders { get; set; } = [];
}
