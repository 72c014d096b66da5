namespace BackupApp.FirstRun;

/// <summary>What an installation has to have before it can be relied on. Stored as text, in snake_case.</summary>
public enum ChecklistItem
{
    FirstBackup,
    Schedule,
    OffHost,
    AlertReceived,
    MasterKeyCopy,
    ReadyToRestore,
    SecondAdministrator,
    TwoFactor,
}
