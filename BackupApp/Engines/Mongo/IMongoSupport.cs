namespace BackupApp.Engines.Mongo;

/// <summary>Whether MongoDB's dump tool is installed.</summary>
public interface IMongoSupport
{
    /// <summary>For example <c>mongodump 100.12.0</c>; null when there is none.</summary>
    string? Installed { get; }
}
