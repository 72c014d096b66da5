namespace BackupApp.Runs;

/// <summary>The states of a run; exactly these words, in lower case, in the database, the API and the UI.</summary>
public enum RunStatus
{
    Queued,
    Running,
    Success,
    Failed,
    Partial,
    Canceled,
}

public enum CancelReason
{
    User,
    Paused,
    Shutdown,
}
