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
