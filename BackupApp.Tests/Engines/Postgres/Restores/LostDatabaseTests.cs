using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>The source's database itself was dropped: there is a server, and a login that was for that database.</summary>
public sealed class LostDatabaseTests : IAsyncLifetime
{
    private RestoreBench _bench = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task It_is_restored_under_its_own_name_with_the_login_that_was_for_it()
    {
        var (lost, dump) = await DroppedAsync();
        var order = _bench.Order(lost) with { Target = _bench.Postgres.Connection(lost) };

        var probe = await _bench.Engine.ProbeAsync(order, Cancel);
        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));

        Assert.True(probe.Ok, probe.Message);
        Assert.Contains(probe.Checks, c => c.Code == "name_free");
        Assert.Equal((lost, 3L, true), (report.Database, report.Rows, report.InPlace));
        Assert.Equal(3L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM t", lost));
    }

    [Fact]
    public async Task Whoever_wants_to_replace_it_hears_that_it_is_gone_and_can_be_made_anew()
    {
        var (lost, dump) = await DroppedAsync();
        var order = _bench.Order(lost, RestoreMode.Overwrite);

        var probe = await _bench.Engine.ProbeAsync(order, Cancel);
        var refused = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(order, new HeardSteps(dump)));

        Assert.Equal((false, "database_not_found"), (probe.Ok, probe.Code));
        Assert.NotNull(probe.ServerVersion);
        var check = Assert.Single(probe.Checks, c => c.State == CheckState.Bad);
        Assert.Equal($"There is no database \"{lost}\" that could be replaced.", check.Text);
        Assert.Equal($"Restore it as a new database, which may have this very name: {lost}", check.Fix);
        Assert.Equal("database_not_found", refused.FailureCode);
    }

    [Fact]
    public async Task The_one_from_before_comes_back_though_nothing_has_the_name_any_more()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t AS SELECT generate_series(1, 3) AS n");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
        await _bench.Postgres.ExecuteAsync($"DROP DATABASE {name}");

        var undone = await _bench.Engine.UndoAsync(
            new(order.Id, order.Target, name, report.Kept!), new HeardSteps(dump), Cancel);

        Assert.Equal((report.Kept!.Oid, null), (undone.Oid, undone.Kept));
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    private async Task<(string Name, byte[] Dump)> DroppedAsync()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t AS SELECT generate_series(1, 3) AS n");
        await _bench.Postgres.ExecuteAsync($"DROP DATABASE {name}");
        return (name, dump);
    }
}
