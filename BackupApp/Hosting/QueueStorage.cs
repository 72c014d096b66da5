using System.Globalization;
using System.IO.Hashing;
using System.Text;
using BackupApp.Data;
using Hangfire.PostgreSql;
using Hangfire.Storage;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire's storage in PostgreSQL, with PostgreSQL's own locks. Hangfire's are rows of a table: seven statements for each, and one that
/// a killed process leaves behind stops all schedules for a minute. These end with the connection that holds them; that of a process
/// which is frozen, or whose network is gone, the server ends after <see cref="OwnConnections.LongestPause"/>.
/// </summary>
/// <param name="pool">Of <see cref="OwnConnections"/>.</param>
internal sealed class QueueStorage(NpgsqlDataSource pool, PostgreSqlStorageOptions options)
    : PostgreSqlStorage(new Pooled(pool), options)
{
    private readonly NpgsqlDataSource _pool = pool;

    public override IStorageConnection GetConnection() => new LockingConnection(this);

    private sealed class LockingConnection(QueueStorage storage) : PostgreSqlConnection(storage)
    {
        private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

        // For the answer itself, where nothing is waited for.
        private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

        private readonly NpgsqlDataSource _pool = storage._pool;
        private readonly HashSet<string> _held = [];

        /// <exception cref="DistributedLockTimeoutException">Somebody else held it all the time.</exception>
        public override IDisposable AcquireDistributedLock(string resource, TimeSpan timeout)
        {
            // Who holds it gets it again, and has it until the first is released.
            if (!_held.Add(resource))
                return new Released(() => { });
            NpgsqlConnection? connection = null;
            try
            {
                connection = _pool.OpenConnection();
                var transaction = Take(connection, resource, timeout);
                return new Released(() =>
                {
                    _held.Remove(resource);
                    using (connection)
                        transaction.Dispose();
                });
            }
            catch (Exception e)
            {
                _held.Remove(resource);
                connection?.Dispose();
                if (e is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable })
                    throw new DistributedLockTimeoutException(resource);
                throw;
            }
        }

        // Until the end of a transaction, which a pooler between here and the server keeps on one connection.
        private static NpgsqlTransaction Take(NpgsqlConnection connection, string resource, TimeSpan timeout)
        {
            var key = (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"hangfire:{resource}"));
            // None would be no limit.
            var patience = (timeout < Shortest ? Shortest : timeout).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
            var transaction = connection.BeginTransaction();
            using var batch = new NpgsqlBatch(connection, transaction)
            {
                Timeout = (int)(timeout + Margin).TotalSeconds,
                BatchCommands =
                {
                    new("select set_config('lock_timeout', $1, true)") { Parameters = { new() { Value = patience } } },
                    new("select pg_advisory_xact_lock($1)") { Parameters = { new() { Value = key } } },
                },
            };
            batch.ExecuteNonQuery();
            return transaction;
        }
    }

    private sealed class Pooled(NpgsqlDataSource pool) : IConnectionFactory
    {
        public NpgsqlConnection GetOrCreateConnection() => pool.CreateConnection();
    }

    private sealed class Released(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
