using System.Text;
using BackupApp.Engines;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>A swap in whose middle one side is not heard of any more, though its connection stands.</summary>
public sealed class LostSwapTests : IAsyncLifetime
{
    private static readonly byte[] Renamed = Encoding.ASCII.GetBytes("ALTER DATABASE\0");
    private static readonly byte[] Committed = Encoding.ASCII.GetBytes("COMMIT\0");

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Whoever_stands_still_between_the_renames_does_not_keep_the_name()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        GatedRelay? relay = null;
        relay = new(_bench.Postgres.Port, long.MaxValue, () => answer => StopAfterRename(relay!, answer));
        await using var _ = relay;
        var order = Through(relay, _bench.Order(name, RestoreMode.Overwrite));
        var half = _bench.Postgres.Drop(RestoreNames.Restoring(name, order.Id));
        var steps = new HeardSteps(dump);

        var restoring = _bench.RestoreAsync(order, steps);
        await Until.TrueAsync(() => HoldsNameAsync(name), "the first of the names is changed", seconds: 60);

        await Until.TrueAsync(async () => !await HoldsNameAsync(name), "the server has given it up", seconds: 60);
        Assert.Equal(0L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM t", name));
        await relay.DisposeAsync();
        var lost = await Assert.ThrowsAsync<RestoreFailedException>(() => restoring);
        Assert.Equal("server_lost", lost.FailureCode);
        var remains = await _bench.Engine.SettleAsync(
            _bench.Order(name, RestoreMode.Overwrite) with { Id = order.Id }, steps.Marks, TestContext.Current.CancellationToken);
        Assert.Equal(RestoreStanding.AsBefore, remains.Standing);
        Assert.Contains(half, remains.Sentence, StringComparison.Ordinal);
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task A_name_that_is_locked_does_not_hinder_whoever_finds_out_what_stands()
    {
        var (name, _) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        var half = _bench.Postgres.Drop(RestoreNames.Restoring(name, order.Id));
        await _bench.Postgres.ExecuteAsync($"CREATE DATABASE {half}");
        await using var other = await _bench.Postgres.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var rename = new NpgsqlCommand($"ALTER DATABASE {name} RENAME TO {name[..20]}_renamed", other);
        await rename.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var remains = await _bench.Engine.SettleAsync(order, new(new(half, 0), null), TestContext.Current.CancellationToken);

        Assert.Contains(half, remains.Sentence, StringComparison.Ordinal);
        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task A_session_that_is_ended_at_the_commit_may_have_swapped_and_the_catalogue_says_so()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        await using var relay = new GatedRelay(_bench.Postgres.Port, long.MaxValue);
        var order = Through(relay, _bench.Order(name, RestoreMode.Overwrite));
        var steps = new HeardSteps(dump)
        {
            At = at =>
            {
                relay.Forge = at == "swapping" ? EndedAtCommit : null;
                return Task.CompletedTask;
            },
        };

        var report = await _bench.RestoreAsync(order, steps);
        _bench.Postgres.Drop(report.Kept!.Name);

        Assert.Equal(
            report.Oid, await _bench.Postgres.ScalarAsync<long>($"SELECT oid::bigint FROM pg_database WHERE datname = '{name}'"));
    }

    /// <summary>What is read after a COMMIT that was kept, by a session that an administrator has ended.</summary>
    private static ReadOnlyMemory<byte> EndedAtCommit(ReadOnlyMemory<byte> answer)
    {
        var at = answer.Span.IndexOf(Committed) - 5;
        if (at < 0)
            return answer;
        var fields = Encoding.ASCII.GetBytes("SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0");
        return (byte[])[.. answer.Span[..at], (byte)'E', 0, 0, 0, (byte)(fields.Length + 4), .. fields, (byte)'Z', 0, 0, 0, 5, (byte)'I'];
    }

    private static RestoreOrder Through(GatedRelay relay, RestoreOrder order) =>
        order with { Target = order.Target with { Port = relay.Port, TlsMode = TlsMode.Disable } };

    private Task<bool> HoldsNameAsync(string name) => _bench.Postgres.ScalarAsync<bool>(
        $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'ALTER DATABASE%{name}%')");

    private static void StopAfterRename(GatedRelay relay, ReadOnlyMemory<byte> answer)
    {
        if (answer.Span.IndexOf(Renamed) >= 0)
            relay.StandStill();
    }
}
