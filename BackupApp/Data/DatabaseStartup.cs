using System.Net.Sockets;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Data;

/// <summary>Waits for the database and brings it up to date, one process at a time.</summary>
public sealed partial class DatabaseStartup(string connectionString, TimeProvider time, ILogger logger)
{
    public const string HangfireSchema = "hangfire";

    // Any number will do; it only has to be the same in every process.
    private const long StartupLock = 0x6261636b757061;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs the migrations, installs Hangfire's tables and then <paramref name="prepare"/>, all
    /// under one lock, so that processes may start together.
    /// </summary>
    /// <exception cref="NpgsqlException">The database stayed away for two minutes, or refuses this login.</exception>
    public async Task RunAsync(AppDbContext db, Func<Task> prepare, CancellationToken cancellationToken)
    {
        await using var gate = await ConnectAsync(cancellationToken);
        await using (var command = new NpgsqlCommand($"select pg_advisory_lock({StartupLock})", gate) { CommandTimeout = 0 })
            await command.ExecuteNonQueryAsync(cancellationToken);

        // Migrating reads the whole model twice to compare it with itself; mostly there is nothing to do.
        if ((await db.Database.GetPendingMigrationsAsync(cancellationToken)).Any())
            await db.Database.MigrateAsync(cancellationToken);
        PostgreSqlObjectsInstaller.Install(gate, HangfireSchema);
        await prepare();
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        // A connection of its own: closing it releases the lock, whatever happened.
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        var deadline = time.GetUtcNow() + Patience;
        while (true)
        {
            var connection = new NpgsqlConnection(settings.ConnectionString);
            try
            {
                await connection.OpenAsync(cancellationToken);
                return connection;
            }
            // A name that does not resolve yet comes as the socket says it.
            catch (Exception e) when (e is NpgsqlException { IsTransient: true } or SocketException && time.GetUtcNow() < deadline)
            {
                await connection.DisposeAsync();
                LogWaiting(settings.Host, settings.Port, e.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Waiting for the application's database at {Host}:{Port}: {Reason}")]
    private partial void LogWaiting(string? host, int port, string reason);
}
