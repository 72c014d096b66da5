using BackupApp.Hosting;
using BackupApp.Tests.Support;
using Hangfire.Storage;

namespace BackupApp.Tests.Hosting;

/// <summary>Hangfire's locks, as PostgreSQL keeps them.</summary>
public sealed class QueueStorageTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patiently = TimeSpan.FromMinutes(1);

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private string _database = "";
    private QueueStorage _storage = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await _postgres.CreateMigratedDatabaseAsync("locks");
        _storage = QueueTables.Open(_postgres.ConnectionString(_database));
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public void A_lock_is_held_by_one_until_it_is_released_and_others_are_free()
    {
        using var connection = _storage.GetConnection();
        using (connection.AcquireDistributedLock("a", Soon))
        {
            Assert.Throws<DistributedLockTimeoutException>(() => TakeAndRelease("a", Soon));
            TakeAndRelease("b", Soon);
        }

        TakeAndRelease("a", Soon);
    }

    [Fact]
    public void Who_holds_a_lock_gets_it_again_and_keeps_it_until_the_first_is_released()
    {
        using var connection = _storage.GetConnection();
        using (connection.AcquireDistributedLock("a", Soon))
        {
            connection.AcquireDistributedLock("a", Soon).Dispose();
            Assert.Throws<DistributedLockTimeoutException>(() => TakeAndRelease("a", Soon));
        }

        TakeAndRelease("a", Soon);
    }

    [Fact]
    public async Task The_lock_of_a_process_that_is_gone_is_free_at_once()
    {
        using var connection = _storage.GetConnection();
        using (connection.AcquireDistributedLock("a", Soon))
        {
            await _postgres.ExecuteAsync(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                + " and database = (select oid from pg_database where datname = current_database())",
                _database);
            // The server needs a moment to end it; nobody needs to wait for a time of ours.
            TakeAndRelease("a", Patiently);
        }

        TakeAndRelease("a", Soon);
    }

    [Fact]
    public void The_lock_of_a_process_that_stands_still_is_free_after_its_time_and_can_still_be_released()
    {
        var frozen = QueueTables.Open(_postgres.ConnectionString(_database), longestPause: TimeSpan.FromMilliseconds(500));
        using var connection = frozen.GetConnection();
        using (connection.AcquireDistributedLock("a", Soon))
            TakeAndRelease("a", Patiently);
    }

    private void TakeAndRelease(string resource, TimeSpan timeout)
    {
        using var other = _storage.GetConnection();
        other.AcquireDistributedLock(resource, timeout).Dispose();
    }
}
