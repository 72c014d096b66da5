using Npgsql;

namespace BackupApp.Data;

/// <summary>
/// The pool of connections to the application's own database, for its records and for Hangfire's messages alike: to start a session and
/// have it learn the tables costs the server more than what it does in it.
/// </summary>
public static class OwnConnections
{
    /// <summary>
    /// After which the server ends a session that stands still in a transaction. Its process is frozen or cut off, and what it holds is
    /// waited for: by claims, by the reaper that would take over its runs, by the watch.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>What the server says then: idle_in_transaction_session_timeout.</summary>
    public const string PausedTooLong = "25P03";

    /// <param name="longestPause"><see cref="LongestPause"/> unless said; in whole milliseconds.</param>
    public static NpgsqlDataSource CreatePool(string connectionString, TimeSpan? longestPause = null)
    {
        var pool = new NpgsqlDataSourceBuilder(connectionString);
        // Neither ours nor Hangfire's statements leave anything in a session that the next one would have to be saved from.
        pool.ConnectionStringBuilder.NoResetOnClose = true;
        // By a statement and not when it connects: a pooler in between may know no such setting there.
        var set = $"SET idle_in_transaction_session_timeout = {(long)(longestPause ?? LongestPause).TotalMilliseconds}";
        pool.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = new NpgsqlCommand(set, connection);
                command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(set, connection);
                await command.ExecuteNonQueryAsync();
            });
        return pool.Build();
    }
}
