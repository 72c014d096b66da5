using BackupApp.Engines.Postgres.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>The server's own counter is believed where it says what the dump says, and nowhere else.</summary>
public sealed class RestoredRowsTests : IAsyncDisposable
{
    private readonly TestPostgres _postgres = TestPostgres.Require();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_whose_counter_agrees_is_not_read()
    {
        var database = await FilledAsync();
        await using var other = await _postgres.OpenAsync(database);
        await using var transaction = await other.BeginTransactionAsync(Cancel);
        await ExecuteAsync(other, "LOCK TABLE t IN ACCESS EXCLUSIVE MODE");

        Assert.Equal(1000, await CountAsync(database, expected: 1000));
        await Assert.ThrowsAsync<PostgresException>(() => CountAsync(database, expected: 999)); // which would wait for the lock
    }

    [Theory]
    [InlineData("", 999, 1000)]
    [InlineData("DELETE FROM t WHERE a = 1", 1000, 999)]
    [InlineData("INSERT INTO t VALUES (0)", 1000, 1001)]
    [InlineData("SELECT pg_stat_reset()", 1000, 1000)]
    public async Task Any_other_is_counted(string sql, long expected, long rows)
    {
        var database = await FilledAsync(sql);

        Assert.Equal(rows, await CountAsync(database, expected));
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    private async Task<string> FilledAsync(string then = "")
    {
        var database = await _postgres.CreateDatabaseAsync("counted", "CREATE TABLE t (a int)");
        await using (var connection = await _postgres.OpenAsync(database))
        {
            await ExecuteAsync(connection, "INSERT INTO t SELECT generate_series(1, 1000)");
            await ExecuteAsync(connection, "SELECT pg_stat_force_next_flush()");
            if (then.Length > 0)
                await ExecuteAsync(connection, then);
            await ExecuteAsync(connection, "SELECT pg_stat_force_next_flush()");
        }

        return database;
    }

    private async Task<long> CountAsync(string database, long expected)
    {
        await using var connection = await _postgres.OpenAsync(database);
        await ExecuteAsync(connection, "SET lock_timeout = '1s'");
        var counted = await new RestoredRows(new HeardSteps([])).CountAsync(
            connection, new Dictionary<(string, string), long> { [("public", "t")] = expected }, Cancel);
        return counted.Tables.Single().Rows;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
