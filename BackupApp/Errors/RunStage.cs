namespace BackupApp.Errors;

/// <summary>The part of a run that failed. Written in lower case.</summary>
public enum RunStage
{
    Connect,
    Dump,
    Compress,
    Store,
    Worker,

    /// <summary>Of a restore: the stored object, on its way to the tool.</summary>
    Read,

    /// <summary>Of a restore: the tool and the server that it fills.</summary>
    Restore,

    /// <summary>Of a restore: giving the restored database its name.</summary>
    Swap,
}
