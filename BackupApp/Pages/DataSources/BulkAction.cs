namespace BackupApp.Pages.DataSources;

/// <summary>What can be done to many sources at once: each is done as it would be to one.</summary>
public enum BulkAction
{
    Run,
    Attach,
    Pause,
    Resume,
    Delete,
}
