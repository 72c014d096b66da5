using BackupApp.Engines;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres;

/// <summary>Poolers between a backup and its server: those that share connections are refused, the others are named.</summary>
[Collection(nameof(PostgresServers))]
public sealed class PoolerTests(PostgresServers servers)
{
    private static readonly DumpSelection Allowing = new() { AllowSharedConnections = true };

    [Fact]
    public async Task A_pooler_in_session_mode_is_recognised_and_the_direct_port_suggested()
    {
        await using var pooler = await StartAsync("session");

        var result = await TestAsync(pooler);

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.Equal((true, false), (result.Server!.Pooled, result.Server.SharedConnections));
        Assert.False(result.Server.Encrypted); // Towards the pooler, whatever it does behind.
        Assert.Contains("direct port", result.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_has_a_single_connection_to_give_is_not_waited_for()
    {
        await using var pooler = await StartAsync("session", size: 1);

        var result = await TestAsync(pooler);

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task A_quiet_pooler_in_transaction_mode_is_refused_with_the_way_out(int size)
    {
        await using var pooler = await StartAsync(size: size);

        AssertRefused(await TestAsync(pooler));
    }

    [Fact]
    public async Task A_busy_pooler_in_transaction_mode_is_refused()
    {
        await using var pooler = await StartAsync(size: 4);
        pooler.Load("shop");
        await Until.TrueAsync(
            () => servers.Tls.AnyAsync("SELECT FROM pg_stat_activity WHERE usename = 'reader' AND datname = 'shop' HAVING count(*) = 4"),
            "the pool is busy");

        for (var i = 0; i < 5; i++)
            AssertRefused(await TestAsync(pooler));
    }

    [Fact]
    public async Task Each_database_of_a_server_is_looked_at_since_it_has_a_pool_of_its_own()
    {
        await using var pooler = await StartAsync();

        AssertRefused(await TestAsync(pooler, new() { Scope = SourceScope.Server }));
    }

    [Fact]
    public async Task A_source_that_allows_it_is_told_the_harm()
    {
        await using var pooler = await StartAsync();

        var result = await TestAsync(pooler, Allowing);

        Assert.True(result.Ok, $"{result.Code}: {result.Message} {result.Advice}");
        Assert.True(result.Server!.SharedConnections);
        Assert.Contains(
            "which this data source allows. pg_dump changes settings of connections that it then shares with your application",
            result.Advice,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_applications_own_database_is_refused_through_a_pooler_too()
    {
        await using var pooler = await StartAsync();

        Assert.Equal(
            ConnectionTestCode.OwnDatabase,
            (await servers.TestAsync(servers.Connection("reader", "pw", port: pooler.Port, database: "own"))).Code);
    }

    private Task<TestPooler> StartAsync(string mode = "transaction", int size = 20) =>
        TestPooler.StartAsync(servers.Tls.Port, "reader", "pw", mode, size);

    private Task<ConnectionTestResult> TestAsync(TestPooler pooler, DumpSelection? selection = null) =>
        servers.TestAsync(servers.Connection("reader", "pw", port: pooler.Port), selection: selection);

    private static void AssertRefused(ConnectionTestResult result)
    {
        Assert.Equal(ConnectionTestCode.TransactionPooler, result.Code);
        Assert.Contains("relation … does not exist", result.Advice, StringComparison.Ordinal);
        Assert.Contains("Give the server's own port", result.Advice, StringComparison.Ordinal);
    }
}
