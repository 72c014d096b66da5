namespace BackupApp.Engines;

/// <summary>What one artifact holds.</summary>
public enum ArtifactKind
{
    Database,

    /// <summary>PostgreSQL's roles and tablespaces, which belong to no database.</summary>
    Globals,

    /// <summary>Every database in one archive, as MongoDB's tool writes it.</summary>
    Server,
}

/// <summary>One thing to dump; it becomes one artifact.</summary>
/// <param name="Database">As the server writes it; for the other kinds a word for people, such as <c>globals</c>.</param>
public sealed record DumpTarget(ArtifactKind Kind, string Database);
