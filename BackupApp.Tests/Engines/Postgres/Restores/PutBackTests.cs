using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;
using BackupApp.Tests.Support;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>The commands that a restore of picked tables shows afterwards do what they say, whatever the names.</summary>
public sealed class PutBackTests : IAsyncLifetime
{
    // 63 bytes: with "_restored" behind it PostgreSQL would cut it back to itself without a word.
    private const string Table = "it's \"odd\" $HOME `id` \\ %s *.* é and as long as a name may be.";
    private const string Schema = "s \"c\" '$x";

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Rows_that_are_missing_come_back_by_their_key_and_a_table_that_is_gone_comes_back_whole()
    {
        var (source, order, report) = await PickedAsync(new([], [new(Schema, Table)]));
        var table = $"{TestPostgres.Quote(Schema)}.{TestPostgres.Quote(Table)}";
        await _bench.Postgres.ExecuteAsync($"DELETE FROM {table} WHERE id > 3; UPDATE {table} SET \"a b\" = 'mine' WHERE id = 1", source);

        await RunAsync(report, "beside the one");
        var beside = $"{TestPostgres.Quote(Schema)}.{TestPostgres.Quote(RestoreNames.Fit(Table, "_restored"))}";
        Assert.Equal(10L, await _bench.Postgres.ScalarAsync<long>($"SELECT count(*) FROM {beside}", source));
        await RunAsync(report, "rows that are missing");
        Assert.Equal("10 mine", await _bench.Postgres.ScalarAsync<string>(
            $"SELECT concat_ws(' ', count(*), min(\"a b\") FILTER (WHERE id = 1)) FROM {table}", source));

        await _bench.Postgres.ExecuteAsync($"DROP TABLE {table}", source);
        await RunAsync(report, "back where it is gone");
        Assert.Equal("10 b 20", await _bench.Postgres.ScalarAsync<string>(
            $"SELECT concat_ws(' ', count(*), min(\"a b\") FILTER (WHERE id = 1), max(twice)) FROM {table}", source));
        Assert.Equal(order.Database, report.Database);
    }

    [Fact]
    public async Task A_schema_that_is_gone_comes_back_whole()
    {
        var (source, _, report) = await PickedAsync(new([Schema], []));
        await _bench.Postgres.ExecuteAsync($"DROP SCHEMA {TestPostgres.Quote(Schema)} CASCADE", source);

        await RunAsync(report, "back where it is gone");

        Assert.Equal(10L, await _bench.Postgres.ScalarAsync<long>(
            $"SELECT count(*) FROM {TestPostgres.Quote(Schema)}.{TestPostgres.Quote(Table)}", source));
    }

    [Fact]
    public async Task A_partitioned_table_that_is_gone_comes_back_with_the_rows_of_all_its_partitions()
    {
        var (source, dump) = await _bench.SourceAsync("""
            CREATE SCHEMA old;
            CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
            CREATE TABLE old."2025 odd*" PARTITION OF events_2025 FOR VALUES IN (1, 3);
            CREATE TABLE events_2025_rest PARTITION OF events_2025 DEFAULT;
            CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            INSERT INTO events SELECT n, date '2025-12-29' + n FROM generate_series(1, 6) n;
            """);
        const string Rows = "SELECT string_agg(concat_ws(' ', tableoid::regclass, id, at), ';' ORDER BY id) FROM events";
        var before = await _bench.Postgres.ScalarAsync<string>(Rows, source);
        var order = _bench.Order(_bench.NewName());
        order = order with { Selection = new([], [new("public", "events")]), Dump = order.Dump with { Name = source } };
        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));
        await _bench.Postgres.ExecuteAsync("DROP TABLE events", source);

        await RunAsync(report, "back where it is gone");

        Assert.Equal(before, await _bench.Postgres.ScalarAsync<string>(Rows, source));
        Assert.Equal(6, before!.Split(';').Length);
        Assert.Equal(
            4L, await _bench.Postgres.ScalarAsync<long>("SELECT count(*) FROM pg_partition_tree('events') WHERE level > 0", source));
    }

    [Fact]
    public async Task Of_many_tables_the_first_have_commands_and_the_others_are_named()
    {
        var names = Enumerable.Range(1, 7).Select(n => $"t{n}").ToList();
        var (source, dump) = await _bench.SourceAsync(string.Concat(names.Select(n => $"CREATE TABLE {n} (id int PRIMARY KEY);")));
        var order = _bench.Order(_bench.NewName());
        order = order with
        {
            Selection = new([], [.. names.Select(n => new PickedTable("public", n))]),
            Dump = order.Dump with { Name = source },
        };
        var steps = new HeardSteps(dump);

        var report = await _bench.RestoreAsync(order, steps);

        Assert.Equal(5, report.Next.Count(s => s.Purpose.EndsWith("back where it is gone", StringComparison.Ordinal)));
        Assert.Contains(
            "Commands are shown for the first 5 of 7 tables. Those for the others are the same with other names: public.t6, public.t7.",
            steps.Warnings);
    }

    [Fact]
    public async Task What_is_left_out_is_known_before_anything_is_restored()
    {
        var (_, dump) = await _bench.SourceAsync("""
            CREATE TABLE customers (id int PRIMARY KEY); CREATE TABLE orders (id int, customer int REFERENCES customers);
            """);

        var found = await LookAsync(dump, new([], [new("public", "orders"), new("public", "gone")]));
        var nothing = await LookAsync(dump, new([], [new("public", "gone")]));

        Assert.Equal(["picked", "picked_note", "picked_note"], found.Select(c => c.Code));
        Assert.Contains(found, c => c.Text == "Not in this backup: public.gone.");
        Assert.Contains(found, c => c.Text.Contains("left out: orders orders_customer_fkey in public", StringComparison.Ordinal));
        Assert.Equal(("nothing_picked", CheckState.Bad), (Assert.Single(nothing).Code, nothing[0].State));
    }

    private Task<IReadOnlyList<TargetCheck>> LookAsync(byte[] dump, RestoreSelection selection) =>
        _bench.Engine.LookAsync(new MemoryStream(dump), selection, TestContext.Current.CancellationToken);

    private async Task<(string Source, RestoreOrder Order, RestoreReport Report)> PickedAsync(RestoreSelection selection)
    {
        var (schema, table) = (TestPostgres.Quote(Schema), TestPostgres.Quote(Table));
        var (source, dump) = await _bench.SourceAsync($"""
            CREATE SCHEMA {schema};
            CREATE TABLE {schema}.{table} (id int PRIMARY KEY, "a b" text, twice int GENERATED ALWAYS AS (2 * id) STORED);
            INSERT INTO {schema}.{table} (id, "a b") SELECT n, 'b' FROM generate_series(1, 10) n;
            """);
        var order = _bench.Order(_bench.NewName());
        order = order with { Selection = selection, Dump = order.Dump with { Name = source } };
        return (source, order, await _bench.RestoreAsync(order, new HeardSteps(dump)));
    }

    private async Task RunAsync(RestoreReport report, string purpose)
    {
        var command = Assert.Single(report.Next, s => s.Purpose.Contains(purpose, StringComparison.Ordinal)).Command;
        var (code, output) = await Shell.RunAsync("bash", ["-c", $"set -o pipefail; {command}"], _bench.Postgres.ToolEnvironment);
        Assert.True(code == 0, $"{command}\n{output}");
    }
}
