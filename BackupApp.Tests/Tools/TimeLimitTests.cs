using BackupApp.Engines;
using BackupApp.Engines.Postgres;
using BackupApp.Tests.Support;
using BackupApp.Tools;

namespace BackupApp.Tests.Tools;

/// <summary>A server's own time limits are for its users' queries: a dump outlasts them.</summary>
public sealed class TimeLimitTests : IAsyncDisposable
{
    private const int Limit = 200;
    private const int Longer = 3 * Limit;

    private readonly TestPostgres _postgres = TestPostgres.Require();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dump_may_wait_for_a_lock_and_take_longer_than_the_role_is_allowed_to()
    {
        var role = await _postgres.CreateRoleAsync("hurried", "pw");
        foreach (var setting in new[] { "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout" })
            await _postgres.ExecuteAsync($"ALTER ROLE {TestPostgres.Quote(role)} SET {setting} = '{Limit} ms'");
        var database = await _postgres.CreateDatabaseAsync("slow");
        await RandomTable.FillAsync(_postgres.ConnectionString(database), megabytes: 8);
        await using var relay = new GatedRelay(_postgres.Port, allowance: 2 << 20);
        var connection = _postgres.Connection(database, role, "pw") with { Port = relay.Port };
        var tool = new PgDump(new PgTools([]), TestPostgres.Databases, Path.GetTempPath(), PgDump.DefaultLockWait);
        using var command = await tool.PrepareAsync(
            connection, await _postgres.ServerAsync(), DumpSelection.Everything, new(ArtifactKind.Database, database), Token);

        Task<DumpExit> dump;
        await using (var locker = await _postgres.OpenAsync(database))
        {
            await using var transaction = await locker.BeginTransactionAsync(Token);
            await using var lockTable = new Npgsql.NpgsqlCommand("LOCK TABLE noise IN ACCESS EXCLUSIVE MODE", locker);
            await lockTable.ExecuteNonQueryAsync(Token);
            dump = new DumpProcess(command, StandIn.Limits, TimeProvider.System).CopyToAsync(Stream.Null, Token);
            await UntilAsync(database, dump, "wait_event_type = 'Lock'");
        }

        await UntilAsync(database, dump, "query LIKE 'COPY %'");
        relay.Open();

        Assert.True((await dump).Bytes > 8 << 20);
    }

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    /// <summary>Waits until the dump has been in this state for much longer than its role's limits allow.</summary>
    private Task UntilAsync(string database, Task dump, string state) => Until.TrueAsync(
        async () =>
        {
            if (dump.IsCompleted)
                await dump;
            return await _postgres.ScalarAsync<long>(
                $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND application_name = 'backupapp' AND {state} "
                + $"AND query_start < clock_timestamp() - interval '{Longer} ms'") > 0;
        },
        state, seconds: 30);
}
