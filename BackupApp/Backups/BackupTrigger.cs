namespace BackupApp.Backups;

public enum BackupTrigger
{
    Schedule,
    Manual,
}
