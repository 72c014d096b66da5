using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>A database restored beside itself and swapped in, with people at work in it.</summary>
public sealed class OverwriteTests : IAsyncLifetime
{
    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task The_restored_one_takes_the_name_and_the_properties_and_can_be_undone()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int); INSERT INTO t SELECT generate_series(1, 10)");
        await _bench.Postgres.ExecuteAsync(
            $"DELETE FROM t; ALTER DATABASE {name} SET work_mem = '7MB'; COMMENT ON DATABASE {name} IS 'of today'", name);
        var before = await OidAsync(name);
        var (order, steps) = (_bench.Order(name, RestoreMode.Overwrite), new HeardSteps(dump));

        var report = await _bench.RestoreAsync(order, steps);
        _bench.Postgres.Drop(report.Kept!.Name);

        Assert.Equal((before, report.Oid), (report.Kept.Oid, await OidAsync(name)));
        Assert.Equal(10L, await CountAsync(name));
        Assert.Equal(0L, await CountAsync(report.Kept.Name));
        Assert.Equal("7MB", await _bench.Postgres.ScalarAsync<string>("SHOW work_mem", name));
        Assert.Equal("of today", await _bench.Postgres.ScalarAsync<string>($"SELECT shobj_description({report.Oid}, 'pg_database')"));

        var undone = await _bench.Engine.UndoAsync(
            new(order.Id, order.Target, name, report.Kept), steps, TestContext.Current.CancellationToken);
        _bench.Postgres.Drop(undone.Kept!.Name);

        Assert.Equal((before, report.Oid), (await OidAsync(name), undone.Kept.Oid));
        Assert.Equal(10L, await CountAsync(undone.Kept.Name));

        await _bench.Engine.DropKeptAsync(new(order.Id, order.Target, name, undone.Kept), TestContext.Current.CancellationToken);
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task Clients_that_reconnect_for_ever_do_not_stop_a_swap()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReconnectAsync(name, stop.Token))).ToList();
        await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}'") > 0, "clients are at work");

        var report = await _bench.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), new HeardSteps(dump));
        await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datid = {report.Oid}") > 0, "clients found the new one");
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        _bench.Postgres.Drop(report.Kept!.Name);

        Assert.True(report.InPlace);
    }

    [Fact]
    public async Task An_owner_who_may_end_sessions_swaps_and_undoes_under_clients_of_another_role()
    {
        // Whose sessions' kind the server does not show to it, and which do not end by themselves.
        var owner = await _bench.Postgres.CreateRoleAsync("owner", "owner's", "CREATEDB IN ROLE pg_signal_backend");
        var client = await _bench.Postgres.CreateRoleAsync("client", "client's", "");
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        await _bench.Postgres.ExecuteAsync($"ALTER DATABASE {name} OWNER TO {owner}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var login = (client, "client's");
        var clients = Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReconnectAsync(name, stop.Token, login, seconds: 60))).ToList();
        await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND usename = '{client}'") > 0, "clients are at work");

        var order = _bench.Order(name, RestoreMode.Overwrite, owner, "owner's");
        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
        _bench.Postgres.Drop(report.Kept!.Name);
        await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datid = {report.Oid} AND usename = '{client}'") > 0, "clients found the new one");
        var undone = await _bench.Engine.UndoAsync(
            new(order.Id, order.Target, name, report.Kept), new HeardSteps(dump), TestContext.Current.CancellationToken);
        _bench.Postgres.Drop(undone.Kept!.Name);
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        Assert.Equal((report.Kept.Oid, report.Oid), (await OidAsync(name), undone.Kept.Oid));
    }

    [Fact]
    public async Task The_worker_of_a_subscription_is_named_before_and_does_not_stop_a_swap()
    {
        // It logs in to somebody who never answers, for as long as anybody waits.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var far = $"host=127.0.0.1 port={((System.Net.IPEndPoint)silent.LocalEndpoint).Port} connect_timeout=600";
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        await _bench.Postgres.ExecuteAsync(
            $"CREATE SUBSCRIPTION far CONNECTION '{far}' PUBLICATION p WITH (connect = false)", name);
        await _bench.Postgres.ExecuteAsync("ALTER SUBSCRIPTION far ENABLE", name);
        var (order, kept) = (_bench.Order(name, RestoreMode.Overwrite), name);
        try
        {
            await Until.TrueAsync(async () => await _bench.Postgres.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '{name}' AND backend_type LIKE 'logical replication%')"),
                "the subscription is at work");

            var probe = await _bench.Engine.ProbeAsync(order, TestContext.Current.CancellationToken);
            var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
            kept = _bench.Postgres.Drop(report.Kept!.Name);

            Assert.True(probe.Ok, probe.Message);
            Assert.Contains(probe.Checks, c => c.Code == "subscriptions" && c.Text.EndsWith(": far.", StringComparison.Ordinal));
            Assert.Contains(probe.Checks, c => c.Code == "connections" && c.Text.Contains("logical replication", StringComparison.Ordinal));
            Assert.Equal(report.Oid, await OidAsync(name));
        }
        finally
        {
            await _bench.Postgres.ExecuteAsync("ALTER SUBSCRIPTION far DISABLE", kept);
            await _bench.Postgres.ExecuteAsync("ALTER SUBSCRIPTION far SET (slot_name = NONE); DROP SUBSCRIPTION far", kept);
        }
    }

    [Fact]
    public async Task Nobody_enters_a_database_that_is_being_filled_and_the_grants_of_the_old_one_come_back()
    {
        var stranger = await _bench.Postgres.CreateRoleAsync("stranger", "pw", "");
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        bool? mayEnter = null;
        var steps = new HeardSteps(dump)
        {
            At = async at => mayEnter = at == "made" ? await MayEnterAsync(stranger, RestoreNames.Restoring(name, order.Id)) : mayEnter,
        };

        var first = await _bench.RestoreAsync(order, steps);
        var afterFirst = await MayEnterAsync(stranger, name);
        await _bench.Postgres.ExecuteAsync($"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC");
        var second = await _bench.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), new HeardSteps(dump));
        _bench.Postgres.Drop(first.Kept!.Name);
        _bench.Postgres.Drop(second.Kept!.Name);

        Assert.Equal((false, true, false), (mayEnter, afterFirst, await MayEnterAsync(stranger, name)));
    }

    [Fact]
    public async Task A_job_that_was_taken_away_does_not_swap()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var before = await OidAsync(name);
        var steps = new HeardSteps(dump) { At = at => at == "swapping" ? throw new OperationCanceledException() : Task.CompletedTask };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.RestoreAsync(_bench.Order(name, RestoreMode.Overwrite), steps));

        Assert.Equal(before, await OidAsync(name));
        Assert.Equal([name], await _bench.DatabasesLikeAsync(name));
    }

    [Fact]
    public async Task Only_a_database_of_the_noted_number_is_dropped()
    {
        var (name, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(name, RestoreMode.Overwrite);
        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
        var kept = _bench.Postgres.Drop(report.Kept!.Name);

        await _bench.Engine.DropKeptAsync(
            new(order.Id, order.Target, name, new(kept, report.Kept.Oid + 1)), TestContext.Current.CancellationToken);
        Assert.Equal(report.Kept.Oid, await OidAsync(kept));

        var refused = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.Engine.DropKeptAsync(
            new(order.Id, order.Target, name, new(name, report.Oid)), TestContext.Current.CancellationToken));
        Assert.Equal("not_ours", refused.FailureCode);
    }

    /// <param name="login">Null for the superuser's.</param>
    /// <param name="seconds">How long each session is at work.</param>
    private async Task ReconnectAsync(
        string database, CancellationToken cancellationToken, (string Role, string Password)? login = null, double seconds = 0.05)
    {
        var settings = new NpgsqlConnectionStringBuilder(_bench.Postgres.ConnectionString(database));
        if (login is (var role, var password))
            (settings.Username, settings.Password) = (role, password);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(settings.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                await using var command = new NpgsqlCommand("SELECT pg_sleep($1)", connection);
                command.Parameters.Add(new() { Value = seconds });
                await command.ExecuteNonQueryAsync(cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                continue; // Ended, or the name was between two databases.
            }
        }
    }

    private Task<bool> MayEnterAsync(string role, string database) =>
        _bench.Postgres.ScalarAsync<bool>($"SELECT has_database_privilege('{role}', '{database}', 'CONNECT')");

    private Task<long> CountAsync(string database) => _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM t", database);

    private Task<long> OidAsync(string database) =>
        _bench.Postgres.ScalarAsync<long>($"SELECT oid::bigint FROM pg_database WHERE datname = '{database}'");
}
