using BackupApp.Engines.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Some tables of a real dump, some schemas, and databases that are there already.</summary>
public sealed class PickedTablesTests : IAsyncLifetime
{
    private const string Shop = """
        CREATE SCHEMA sales;
        CREATE TYPE sales.status AS ENUM ('new', 'paid');
        CREATE FUNCTION sales.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TABLE public.customers (id int PRIMARY KEY, name text);
        CREATE TABLE sales.orders (id serial PRIMARY KEY, customer int REFERENCES public.customers, status sales.status DEFAULT 'new',
            doubled int GENERATED ALWAYS AS (customer * 2) STORED);
        CREATE INDEX orders_status ON sales.orders (status);
        CREATE TRIGGER touched BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION sales.touch();
        CREATE TABLE sales.parts (id int, at date) PARTITION BY RANGE (at);
        CREATE TABLE sales.parts_2025 PARTITION OF sales.parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
        CREATE INDEX ON sales.parts (id);
        COMMENT ON TABLE sales.orders IS 'what was ordered';
        INSERT INTO public.customers VALUES (1, 'a'), (2, 'b');
        INSERT INTO sales.orders (customer) SELECT 1 + n % 2 FROM generate_series(1, 50) n;
        INSERT INTO sales.parts SELECT n, '2025-06-01' FROM generate_series(1, 9) n;
        """;

    private RestoreBench _bench = null!;

    public ValueTask InitializeAsync()
    {
        _bench = new RestoreBench();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _bench?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_picked_table_comes_whole_and_its_foreign_key_is_named()
    {
        var (_, dump) = await _bench.SourceAsync(Shop);
        var order = _bench.Order(_bench.NewName()) with { Selection = new([], [new("sales", "orders"), new("sales", "parts")]) };
        var steps = new HeardSteps(dump);

        var report = await _bench.RestoreAsync(order, steps);

        Assert.Equal(["sales.orders 50", "sales.parts_2025 9"], report.Tables.Select(t => $"{t.Schema}.{t.Name} {t.Rows}"));
        Assert.Contains(steps.Warnings, w => w.Contains("orders_customer_fkey", StringComparison.Ordinal));
        Assert.Equal("orders_pkey orders_status touched what was ordered 51 paid", await _bench.Postgres.ScalarAsync<string>("""
            SELECT concat_ws(' ', (SELECT string_agg(indexname, ' ' ORDER BY indexname) FROM pg_indexes WHERE tablename = 'orders'),
                (SELECT tgname FROM pg_trigger WHERE NOT tgisinternal), obj_description('sales.orders'::regclass),
                nextval('sales.orders_id_seq'), 'paid'::sales.status)
            """, order.Database));
        Assert.Contains(report.Next, s => s.Command.Contains("orders_restored", StringComparison.Ordinal));
        Assert.Contains(report.Next, s => s.Command.Contains("orders_customer_fkey", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_picked_schema_comes_with_all_that_is_in_it()
    {
        var (_, dump) = await _bench.SourceAsync(Shop);
        var order = _bench.Order(_bench.NewName()) with { Selection = new(["sales"], []) };

        var report = await _bench.RestoreAsync(order, new HeardSteps(dump));

        Assert.Equal(["sales.orders 50", "sales.parts_2025 9"], report.Tables.Select(t => $"{t.Schema}.{t.Name} {t.Rows}"));
    }

    [Fact]
    public async Task Nothing_that_was_picked_is_in_the_backup()
    {
        var (_, dump) = await _bench.SourceAsync("CREATE TABLE t (a int)");
        var order = _bench.Order(_bench.NewName()) with { Selection = new([], [new("public", "gone")]) };

        var failure = await Assert.ThrowsAsync<RestoreFailedException>(() => _bench.RestoreAsync(order, new HeardSteps(dump)));

        Assert.Equal("nothing_picked", failure.FailureCode);
    }

    [Fact]
    public async Task An_existing_database_is_filled_when_it_is_empty_and_refused_when_it_is_not()
    {
        var (source, dump) = await _bench.SourceAsync(Shop);
        var empty = await _bench.Postgres.CreateDatabaseAsync("empty");

        var report = await _bench.RestoreAsync(_bench.Order(empty, RestoreMode.NewServer), new HeardSteps(dump));
        var again = await Assert.ThrowsAsync<RestoreFailedException>(
            () => _bench.RestoreAsync(_bench.Order(empty, RestoreMode.NewServer), new HeardSteps(dump)));

        Assert.Equal((empty, 61L), (report.Database, report.Rows));
        Assert.Equal(await _bench.DescribeAsync(source), await _bench.DescribeAsync(empty));
        Assert.Equal("database_not_empty", again.FailureCode);
    }

    [Fact]
    public async Task A_failure_in_an_existing_database_leaves_it_empty()
    {
        var (_, dump) = await _bench.SourceAsync(
            "CREATE TABLE kept (a int); CREATE TABLE t (a int CHECK (current_database() LIKE 'source%')); INSERT INTO t VALUES (1)");
        var empty = await _bench.Postgres.CreateDatabaseAsync("empty");

        await Assert.ThrowsAsync<RestoreFailedException>(
            () => _bench.RestoreAsync(_bench.Order(empty, RestoreMode.NewServer), new HeardSteps(dump)));

        Assert.Equal(0L, await _bench.Postgres.ScalarAsync<long>(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", empty));
    }
}
