namespace BackupApp.Backups;

/// <summary>The states of an artifact; exactly these words, in lower case, in the database, the API and the UI.</summary>
public enum ArtifactStatus
{
    /// <summary>Planned; nothing of it was begun, and nothing is at its key.</summary>
    Pending,

    /// <summary>Begun: from here on something may be at its key.</summary>
    Running,
    Success,
    Failed,

    /// <summary>Its job was canceled, before it or after it was stored.</summary>
    Canceled,
}
