using BackupApp.Data;

namespace BackupApp.Hosting;

/// <summary>The database BackupApp keeps its own records in: the one it was given, or one that it runs itself.</summary>
public sealed class ApplicationDatabase : IAsyncDisposable
{
    // Of the ten seconds that "docker stop" grants, the rest is for the jobs. What is cut short here is recovered at the next start.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(4);

    private readonly EmbeddedPostgres? _embedded;

    private ApplicationDatabase(string connectionString, bool isEmbedded, EmbeddedPostgres? embedded) =>
        (ConnectionString, IsEmbedded, _embedded) = (connectionString, isEmbedded, embedded);

    public string ConnectionString { get; }

    public bool IsEmbedded { get; }

    /// <param name="beside">
    /// A command that may run beside the server process: it uses a running embedded server and leaves it running.
    /// </param>
    /// <exception cref="Embedded.EmbeddedPostgresException">The embedded server cannot run; the message says what to do.</exception>
    public static async Task<ApplicationDatabase> OpenAsync(IConfiguration configuration, DataDirectory data, bool beside, ILogger logger)
    {
        if (configuration.GetConnectionString("BackupApp") is { Length: > 0 } given)
            return new ApplicationDatabase(given, isEmbedded: false, null);
        if (beside && EmbeddedPostgres.FindRunning(data.Path) is { } running)
            return new ApplicationDatabase(running, isEmbedded: true, null);
        var server = await EmbeddedPostgres.StartAsync(
            data.Path,
            NullIfEmpty(configuration["BackupApp:EmbeddedUser"]),
            logger,
            CancellationToken.None);
        return new ApplicationDatabase(server.ConnectionString, isEmbedded: true, server);
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    /// <summary>Stops the embedded server, which must outlive everything else in the process.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_embedded is null)
            return;
        using var patience = new CancellationTokenSource(StopPatience);
        await _embedded.StopAsync(patience.Token);
    }
}
