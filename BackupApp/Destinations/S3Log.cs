namespace BackupApp.Destinations;

internal static partial class S3Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Uploads of {Key} that may have been begun twice could not be looked for; the reaper will")]
    public static partial void StrayLeft(ILogger logger, Exception exception, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The given-up upload of {Key} could not be removed and is left to the reaper")]
    public static partial void LeftBehind(ILogger logger, Exception exception, string key);
}
