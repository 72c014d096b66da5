namespace BackupApp.Errors;

/// <summary>The part of a backup that failed. Written in lower case.</summary>
public enum BackupStage
{
    Connect,
    Dump,
    Compress,
    Store,
    Worker,
}
