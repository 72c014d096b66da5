using BackupApp.Data;

namespace BackupApp.Hosting;

/// <summary>The database BackupApp keeps its own records in: the one it was given, or one that it runs itself.</summary>
public sealed class ApplicationDatabase : IAsyncDisposable
{
    private readonly EmbeddedPostgres? _embedded;

    private ApplicationDatabase(string connectionString, EmbeddedPostgres? embedded) => (ConnectionString, _embedded) = (connectionString, embedded);

    public string ConnectionString { get; }

    public bool IsEmbedded => _embedded is not null;

    public static async Task<ApplicationDatabase> OpenAsync(IConfiguration configuration, DataDirectory data, ILogger logger, CancellationToken cancellationToken) =>
        configuration.GetConnectionString("BackupApp") is { Length: > 0 } given
            ? new ApplicationDatabase(given, null)
            : await StartEmbeddedAsync(data, logger, cancellationToken);

    /// <summary>Stops the embedded server, which must outlive everything else in the process.</summary>
    public ValueTask DisposeAsync() => _embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<ApplicationDatabase> StartEmbeddedAsync(DataDirectory data, ILogger logger, CancellationToken cancellationToken)
    {
        data.Create();
        var server = await EmbeddedPostgres.StartAsync(data.Path, logger, cancellationToken);
        return new ApplicationDatabase(server.ConnectionString, server);
    }
}
