namespace BackupApp.Destinations;

internal static partial class StoreLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether {Key} has an upload that was begun twice could not be found out; the reaper will look again")]
    public static partial void StrayLeft(ILogger logger, Exception exception, string key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The given-up upload of {Key} could not be removed and is left to the reaper")]
    public static partial void LeftBehind(ILogger logger, Exception exception, string key);
}
