using BackupApp.Engines.Restores;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>An overwrite that could not restore everything takes the old database's place only when somebody asked for that.</summary>
public sealed class PartialSwapTests : IAsyncLifetime
{
    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Partial_never_swaps_unless_asked(bool asked)
    {
        // The rows of the second cannot come into a database that is being restored.
        var (name, dump) = await _bench.SourceAsync("""
            CREATE TABLE good AS SELECT 1 AS n;
            CREATE TABLE bad (n int CHECK (current_database() NOT LIKE '%\_restoring\_%')); INSERT INTO bad VALUES (1);
            """);
        var order = _bench.Order(name, RestoreMode.Overwrite) with { GoOnPastErrors = true, SwapPartial = asked };

        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));

        Assert.True(report.IsPartial);
        Assert.Equal(asked, report.InPlace);
        _bench.Postgres.Drop(asked ? report.Kept!.Name : report.Database);
        Assert.Equal(asked ? 0L : 1L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM bad", name));
        Assert.Equal(1L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM good", asked ? name : report.Database));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_table_that_the_login_may_not_count_is_named_and_does_not_take_a_place_unless_asked(bool asked)
    {
        var owner = await _bench.Postgres.CreateRoleAsync("owner", "owner's", "CREATEDB");
        var (name, dump) = await _bench.SourceAsync("""
            CREATE TABLE open AS SELECT 1 AS n;
            CREATE TABLE hidden AS SELECT 1 AS n;
            ALTER TABLE hidden ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
            CREATE POLICY large ON hidden USING (n > 5);
            """);
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {name} OWNER TO {owner}");
        var order = _bench.Order(name, RestoreMode.Overwrite, owner, "owner's") with { SwapPartial = asked };

        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
        _bench.Postgres.Drop(asked ? report.Kept!.Name : report.Database);

        Assert.Equal((true, asked), (report.IsPartial, report.InPlace));
        Assert.Contains("public.hidden", Assert.Single(report.Uncounted), StringComparison.Ordinal);
        Assert.Equal([new("public", "open", 1)], report.Tables);
    }

    [Fact]
    public async Task A_count_that_fails_otherwise_fails_the_restore()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        var half = BackupApp.Engines.Postgres.Restores.RestoreNames.Restoring(name, order.Id);
        var steps = new HeardSteps(dump)
        {
            Heard = progress =>
            {
                if (progress.Phase == RestorePhase.Counting)
                    DropTable(half);
            },
        };

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(order, steps));

        Assert.Equal("not_counted", failure.FailureCode);
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    private void DropTable(string database)
    {
        using var connection = new NpgsqlConnection(_bench.Postgres.ConnectionString(database));
        connection.Open();
        using var command = new NpgsqlCommand("DROP TABLE t", connection);
        command.ExecuteNonQuery();
    }
}
