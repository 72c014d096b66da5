namespace BackupApp.Hosting;

public sealed partial class EmbeddedPostgres
{
    [LoggerMessage(LogLevel.Information, "Made a new PostgreSQL {Major} database in {Folder}")]
    private static partial void LogMade(ILogger logger, string folder, int major);

    [LoggerMessage(
        LogLevel.Information,
        "Embedded PostgreSQL {Major} is ready after {Milliseconds:0} ms, run by {User}, socket in {SocketFolder}")]
    private static partial void LogReady(ILogger logger, int major, string user, string socketFolder, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "Adopted the PostgreSQL (process {ProcessId}) that an earlier BackupApp left running")]
    private static partial void LogAdopted(ILogger logger, int processId);

    [LoggerMessage(
        LogLevel.Warning,
        "The PostgreSQL (process {ProcessId}) that an earlier BackupApp left running takes no logins and is started again")]
    private static partial void LogNotAdopted(ILogger logger, Exception exception, int processId);

    [LoggerMessage(LogLevel.Information, "Embedded PostgreSQL has stopped")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(LogLevel.Error, "Embedded PostgreSQL in {Folder} does not stop; the next start will adopt it")]
    private static partial void LogStillRunning(ILogger logger, string folder);
}
