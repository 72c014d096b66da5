using BackupApp.Errors;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// Listens for the messages that other processes send to our workers. While the database is away nothing is lost: one worker of each kind
/// looks every <see cref="HangfireSetup.LostMessageInterval"/> whatever was told, and when the connection is back.
/// </summary>
public sealed partial class MessageListener(
    string connectionString, MessageQueues queues, TimeProvider time, ILogger<MessageListener> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _connectionString = new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        // A connection that a firewall forgot would stay silent for ever.
        TcpKeepAlive = true,
    }.ConnectionString;

    // Never, at first.
    private long? _looked;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Whatever it was: what gets out of here ends the whole process.
                if (e is NpgsqlException or IOException || Unreachable.Is(e))
                    LogAway(e.Message);
                else
                    LogFailed(e);
                LookIfDue();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        connection.Notification += (_, message) => queues.Wake(message.Payload);
        await connection.OpenAsync(cancellationToken);
        await using (var listen = new NpgsqlCommand($"LISTEN {MessageQueue.Channel}", connection))
            await listen.ExecuteNonQueryAsync(cancellationToken);
        _looked = null;
        while (true)
        {
            LookIfDue();
            // In whole milliseconds: it takes none for no limit.
            await connection.WaitAsync(Math.Max(1, (int)Math.Ceiling(UntilDue.TotalMilliseconds)), cancellationToken);
        }
    }

    private TimeSpan UntilDue => _looked is { } looked ? HangfireSetup.LostMessageInterval - time.GetElapsedTime(looked) : TimeSpan.Zero;

    private void LookIfDue()
    {
        if (UntilDue > TimeSpan.Zero)
            return;
        _looked = time.GetTimestamp();
        queues.Wake("");
    }

    [LoggerMessage(LogLevel.Debug, "Nobody tells of new messages until the database is back, which is tried every second: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Error, "Listening for new messages failed; it is tried again, and workers look by themselves now and then")]
    private partial void LogFailed(Exception exception);
}
