using BackupApp.Data;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Data;

/// <summary>What a process that stands still in the middle of a transaction leaves to the others.</summary>
public sealed class OwnConnectionsTests : IAsyncLifetime
{
    private const string Take = "select pg_advisory_xact_lock(7)";

    private readonly TestPostgres _postgres = TestPostgres.Require();
    private NpgsqlDataSource _pool = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(_postgres.PooledConnectionString(await _postgres.CreateDatabaseAsync("pool")))
        {
            MaxPoolSize = 2,
        };
        _pool = OwnConnections.CreatePool(settings.ConnectionString, longestPause: TimeSpan.FromMilliseconds(500));
    }

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_frozen_process_holds_is_free_after_a_while_in_a_new_session_and_in_one_that_was_used_before(bool isUsed)
    {
        if (isUsed)
            await ExecuteAsync("select 1");
        await using var frozen = await _pool.OpenConnectionAsync(Cancel);
        await using var transaction = await frozen.BeginTransactionAsync(Cancel);
        await using (var take = new NpgsqlCommand(Take, frozen, transaction))
            await take.ExecuteNonQueryAsync(Cancel);

        await ExecuteAsync(Take);

        await using var next = new NpgsqlCommand("select 1", frozen, transaction);
        var error = await Assert.ThrowsAsync<PostgresException>(() => next.ExecuteNonQueryAsync(Cancel));
        Assert.Equal(OwnConnections.PausedTooLong, error.SqlState);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _pool.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
