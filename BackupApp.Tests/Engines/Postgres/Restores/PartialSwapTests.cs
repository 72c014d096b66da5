using BackupApp.Engines.Restores;

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
}
