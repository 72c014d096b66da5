namespace BackupApp.Hosting.Embedded;

/// <summary>
/// Looks after a server that runs: keeps its log small, and starts it again when it has ended by itself. Its disk was full, say, or the
/// system took its memory: without it nothing is backed up and nobody is told, so that it is tried until it works.
/// </summary>
internal sealed partial class ServerWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly DataFolder _data;
    private readonly Postmaster _server;
    private readonly ServerLog _log;
    private readonly Func<CancellationToken, Task> _startAgain;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    public ServerWatch(DataFolder data, Postmaster server, ServerLog log, Func<CancellationToken, Task> startAgain, ILogger logger)
    {
        (_data, _server, _log, _startAgain, _logger) = (data, server, log, startAgain, logger);
        _watching = WatchAsync();
    }

    /// <summary>After this the server may be stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                RotateLog();
                if (!_server.IsRunning)
                    await TryStartAgainAsync(_stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task TryStartAgainAsync(CancellationToken cancellationToken)
    {
        LogEnded(_data.Cluster);
        try
        {
            await _startAgain(cancellationToken);
            LogStartedAgain();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotStartedAgain(e, FullDisk.IsBehind(e) ? FullDisk.Sentence(_data.Path) : e.Message);
        }
    }

    private void RotateLog()
    {
        try
        {
            _log.RotateWhenLarge();
        }
        catch (Exception e)
        {
            LogNotRotated(e, _log.Path);
        }
    }

    [LoggerMessage(LogLevel.Error, "Embedded PostgreSQL in {Folder} has ended by itself; it is started again")]
    private partial void LogEnded(string folder);

    [LoggerMessage(LogLevel.Information, "Embedded PostgreSQL runs again")]
    private partial void LogStartedAgain();

    [LoggerMessage(LogLevel.Error, "Embedded PostgreSQL could not be started again; it is tried again in seconds: {Reason}")]
    private partial void LogNotStartedAgain(Exception exception, string reason);

    [LoggerMessage(LogLevel.Warning, "The log of the embedded PostgreSQL, {Path}, cannot be rotated")]
    private partial void LogNotRotated(Exception exception, string path);
}
