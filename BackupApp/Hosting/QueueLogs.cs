using Hangfire.AspNetCore;
using Hangfire.Logging;
using LogLevel = Hangfire.Logging.LogLevel;

namespace BackupApp.Hosting;

/// <summary>
/// Where Hangfire logs. It holds this in a static, so what an application that has ended leaves there must not break the next one in
/// the same process.
/// </summary>
internal sealed class QueueLogs(ILoggerFactory loggers) : ILogProvider
{
    private readonly AspNetCoreLogProvider _inner = new(loggers);

    public ILog GetLogger(string name)
    {
        try
        {
            return _inner.GetLogger(name);
        }
        catch (ObjectDisposedException)
        {
            return new Nowhere();
        }
    }

    private sealed class Nowhere : ILog
    {
        public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null) => false;
    }
}
