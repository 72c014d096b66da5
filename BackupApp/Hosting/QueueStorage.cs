using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Hangfire.PostgreSql;
using Hangfire.Storage;
using Npgsql;

namespace BackupApp.Hosting;

/// <summary>
/// Hangfire's storage in PostgreSQL, with PostgreSQL's own locks. Hangfire's are rows of a table: seven statements for each, and one that
/// a killed process leaves behind stops all schedules for a minute. These end with the connection that holds them; that of a process
/// which is frozen, or whose network is gone, the server ends after <see cref="PostgreSqlStorageOptions.DistributedLockTimeout"/>.
/// </summary>
internal sealed class QueueStorage : PostgreSqlStorage
{
    private readonly IConnectionFactory _connections;
    private readonly string _longest;

    public QueueStorage(IConnectionFactory connections, PostgreSqlStorageOptions options)
        : base(connections, options)
    {
        _connections = connections;
        _longest = options.DistributedLockTimeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
    }

    public override IStorageConnection GetConnection() => new LockingConnection(this);

    private sealed class LockingConnection(QueueStorage storage) : PostgreSqlConnection(storage)
    {
        private const string Try = "select pg_try_advisory_xact_lock($1), set_config('idle_in_transaction_session_timeout', $2, true)";

        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

        private readonly QueueStorage _storage = storage;
        private readonly HashSet<string> _held = [];

        /// <exception cref="DistributedLockTimeoutException">Somebody else held it all the time.</exception>
        public override IDisposable AcquireDistributedLock(string resource, TimeSpan timeout)
        {
            // Who holds it gets it again, and has it until the first is released.
            if (!_held.Add(resource))
                return new Released(() => { });
            var connection = _storage._connections.GetOrCreateConnection();
            try
            {
                if (connection.State != System.Data.ConnectionState.Open)
                    connection.Open();
                var transaction = Take(connection, resource, timeout);
                return new Released(() =>
                {
                    _held.Remove(resource);
                    using (connection)
                        transaction.Dispose();
                });
            }
            catch
            {
                _held.Remove(resource);
                connection.Dispose();
                throw;
            }
        }

        // Until the end of a transaction, which a pooler between here and the server keeps on one connection.
        private NpgsqlTransaction Take(NpgsqlConnection connection, string resource, TimeSpan timeout)
        {
            var key = (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"hangfire:{resource}"));
            var waited = Stopwatch.StartNew();
            while (true)
            {
                var transaction = connection.BeginTransaction();
                using var command = new NpgsqlCommand(Try, connection, transaction)
                {
                    Parameters = { new() { Value = key }, new() { Value = _storage._longest } },
                };
                if (command.ExecuteScalar() is true)
                    return transaction;
                transaction.Dispose();
                if (waited.Elapsed > timeout)
                    throw new DistributedLockTimeoutException(resource);
                Thread.Sleep(Pause);
            }
        }
    }

    private sealed class Released(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
