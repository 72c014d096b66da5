namespace BackupApp.Errors;

/// <summary>The part of a run that failed. Written in lower case.</summary>
public enum RunStage
{
    Connect,
    Dump,
    Compress,
    Store,
    Worker,
}
