using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>What is found and cleared after a restore whose worker is gone, or that was cut.</summary>
public sealed class SettlementTests : IAsyncLifetime
{
    private const string Some =
        "CREATE TABLE t (a int, b text); INSERT INTO t SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n; CREATE INDEX ON t (a)";

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_half_made_database_is_dropped_whether_its_number_was_noted_or_not()
    {
        var (name, _) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        foreach (var knowsNumber in new[] { true, false })
        {
            var order = _bench.Order(name, RestoreMode.Overwrite);
            var half = BackupApp.Engines.Postgres.Restores.RestoreNames.Restoring(name, order.Id);
            await _bench.Postgres.ExecuteAsync($"CREATE DATABASE {half}");
            var oid = await OidAsync(half);

            var remains = await SettleAsync(order, new(new(half, knowsNumber ? oid : 0), null));
            var again = await SettleAsync(order, new(new(half, knowsNumber ? oid : 0), null));

            Assert.Equal((RestoreStanding.AsBefore, RestoreStanding.AsBefore), (remains.Standing, again.Standing));
            Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
        }
    }

    [Fact]
    public async Task A_database_of_that_name_that_is_another_one_stays()
    {
        var (name, _) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        var half = _bench.Postgres.Drop(BackupApp.Engines.Postgres.Restores.RestoreNames.Restoring(name, order.Id));
        await _bench.Postgres.ExecuteAsync($"CREATE DATABASE {half}");

        await SettleAsync(order, new(new(half, await OidAsync(half) + 1), null));

        Assert.Equal([name, half], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task A_swap_that_happened_is_found_by_its_numbers()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var (order, steps) = (_bench.Order(name, RestoreMode.Overwrite), new HeardSteps(dump));
        var report = await _bench.RestoreAsync(order, steps);
        _bench.Postgres.Drop(report.Kept!.Name);

        var remains = await SettleAsync(order, steps.Marks);

        Assert.Equal((RestoreStanding.InPlace, report.Kept), (remains.Standing, remains.Kept));
        Assert.Contains(report.Kept.Name, remains.Sentence, StringComparison.Ordinal);
        Assert.Equal(2, (await _bench.DatabasesLikeAsync(name)).Count);
    }

    [Fact]
    public async Task Of_a_database_that_was_there_it_says_whether_it_is_empty_still()
    {
        var (_, dump) = await _bench.SourceAsync("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
        var name = await _bench.Postgres.CreateDatabaseAsync("into");
        // Where the server's counter says enough, nothing is counted.
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {name} SET track_counts = off");
        var order = _bench.Order(name, RestoreMode.NewServer);
        var steps = new HeardSteps(dump) { Heard = CancelCounting };
        var before = await SettleAsync(order, new(null, null) { Filling = new(name, await OidAsync(name)) });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _bench.RestoreAsync(order, steps));

        var remains = await SettleAsync(order, steps.Marks);
        Assert.Equal((RestoreStanding.AsBefore, RestoreStanding.Touched), (before.Standing, remains.Standing));
        Assert.Contains("is empty", before.Sentence, StringComparison.Ordinal);
        Assert.Contains("is not empty any more", remains.Sentence, StringComparison.Ordinal);
        Assert.Equal(1L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM t", name));
    }

    [Fact]
    public async Task A_tool_that_outlived_its_worker_is_waited_for_before_it_is_said_what_stands()
    {
        var name = await _bench.Postgres.CreateDatabaseAsync("into");
        var tool = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_bench.Postgres.ConnectionString(name)) { ApplicationName = "backupapp" }.ConnectionString);
        await tool.OpenAsync(TestContext.Current.CancellationToken);
        await using var make = new NpgsqlCommand("BEGIN; CREATE TABLE t (a int)", tool);
        await make.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var settling = SettleAsync(_bench.Order(name, RestoreMode.NewServer), new(null, null) { Filling = new(name, 0) });
        await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{name}' AND query LIKE '%application_name = $1%')"),
            "somebody looks for the tool");
        await using (var commit = new NpgsqlCommand("COMMIT", tool))
            await commit.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await tool.DisposeAsync();

        Assert.Equal(RestoreStanding.Touched, (await settling).Standing);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public async Task A_store_that_breaks_off_fails_as_the_stores_failure_and_leaves_nothing(double share)
    {
        var (name, dump) = await _bench.SourceAsync(Some);
        var before = await OidAsync(name);
        var steps = new HeardSteps(() => new BrokenStream(dump, (int)(dump.Length * share)));

        var failure = await Assert.ThrowsAsync<IOException>(() => _bench.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), steps));

        Assert.Equal("the store went away", failure.Message);
        Assert.Equal((null, before), (steps.Made, await OidAsync(name)));
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Theory]
    [InlineData("making")]
    [InlineData("made")]
    [InlineData("data")]
    [InlineData("swapping")]
    public async Task Canceled_at_any_stage_nothing_is_left(string stage)
    {
        var (name, dump) = await _bench.SourceAsync(Some);
        var before = await OidAsync(name);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Stream Open() => stage == "data" ? new CancelingStream(dump, dump.Length / 2, cancel) : new MemoryStream(dump);
        var steps = new HeardSteps(Open)
        {
            At = async at =>
            {
                if (at != stage)
                    return;
                await cancel.CancelAsync();
                cancel.Token.ThrowIfCancellationRequested();
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.Engine.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), steps, cancel.Token));

        Assert.Equal(before, await OidAsync(name));
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task A_tool_that_is_killed_fails_the_restore_and_leaves_nothing()
    {
        var (name, dump) = await _bench.SourceAsync(Some);
        var steps = new HeardSteps(() => new KillingStream(dump, dump.Length / 2, () => EndBackendAsync(name)));

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(
            () => _bench.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), steps));

        Assert.Equal("restore_failed", failure.FailureCode);
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    private static void CancelCounting(RestoreProgress progress)
    {
        if (progress.Phase == RestorePhase.Counting)
            throw new OperationCanceledException();
    }

    // Ends the tool's session on the server, as a crash of its backend would.
    private Task EndBackendAsync(string name) => _bench.Postgres.ExecuteAsync(
        $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE '{name[..18]}%restoring%' AND application_name = "
            + "'backupapp'");

    private Task<RestoreRemains> SettleAsync(RestoreOrder order, RestoreMarks marks) =>
        _bench.Engine.SettleAsync(order, marks, TestContext.Current.CancellationToken);

    private Task<long> OidAsync(string database) =>
        _bench.Postgres.ScalarAsync<long>($"SELECT oid::bigint FROM pg_database WHERE datname = '{database}'");
}

/// <summary>A dump of which only a part comes, and then what is to happen.</summary>
internal abstract class PartStream(byte[] dump, int length) : MemoryStream(dump)
{
    protected abstract Task HappenAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length)
            await HappenAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, Math.Max(length - Position, 64 * 1024))], cancellationToken);
    }
}

internal sealed class BrokenStream(byte[] dump, int length) : PartStream(dump, length)
{
    protected override Task HappenAsync() => throw new IOException("the store went away");
}

internal sealed class CancelingStream(byte[] dump, int length, CancellationTokenSource cancel) : PartStream(dump, length)
{
    protected override Task HappenAsync() => cancel.CancelAsync();
}

internal sealed class KillingStream(byte[] dump, int length, Func<Task> kill) : PartStream(dump, length)
{
    private bool _done;

    protected override Task HappenAsync()
    {
        if (_done)
            return Task.CompletedTask;
        _done = true;
        return kill();
    }
}
