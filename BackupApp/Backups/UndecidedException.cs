namespace BackupApp.Backups;

/// <summary>
/// The run has stored something and cannot record it, because the application's database has been away for
/// very long. The run leaves its job as it is: the reaper takes it over, finds what is stored, and keeps it.
/// </summary>
public sealed class UndecidedException(Exception cause) : Exception("What is stored could not be recorded.", cause);
