using BackupApp.Engines;
using BackupApp.Engines.Archives;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Inventories;
using BackupApp.Tests.Bench;
using BackupApp.Tests.Engines.Archives;
using BackupApp.Tests.Support;
using Npgsql;

namespace BackupApp.Tests.Engines.Postgres.Archives;

/// <summary>What is read of the archive that a real pg_dump writes equals what the server says of the same database.</summary>
public sealed class DumpedRowsTests : IAsyncLifetime
{
    private const string EveryKindOfTable = """
        CREATE SCHEMA sales;
        CREATE TABLE sales.orders (
            id bigint GENERATED ALWAYS AS IDENTITY, note text, doubled bigint GENERATED ALWAYS AS (length(note) * 2) STORED);
        INSERT INTO sales.orders (note) SELECT repeat('x', i % 50) FROM generate_series(1, 2345) i;
        CREATE TABLE nothing_in_it (a int);
        CREATE TABLE no_columns ();
        INSERT INTO no_columns SELECT FROM generate_series(1, 17);
        CREATE UNLOGGED TABLE scratch AS SELECT i FROM generate_series(1, 11) i;
        CREATE TABLE parts (day int, part text) PARTITION BY LIST (day);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
        CREATE TABLE parts_2 PARTITION OF parts FOR VALUES IN (2) PARTITION BY HASH (part);
        CREATE TABLE parts_2_0 PARTITION OF parts_2 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE parts_2_1 PARTITION OF parts_2 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
        INSERT INTO parts SELECT 1 + i % 2, i::text FROM generate_series(1, 300) i;
        CREATE TABLE elders (name text);
        CREATE TABLE heirs (age int) INHERITS (elders);
        INSERT INTO elders VALUES ('a'), ('b'); INSERT INTO heirs VALUES ('c', 1);
        CREATE TABLE "odd ""name, with
        a newline and ü" ("col ""1"", x" text);
        INSERT INTO "odd ""name, with
        a newline and ü" VALUES ('1'), ('2'), ('3');
        CREATE TABLE odd_values (t text, b bytea);
        INSERT INTO odd_values VALUES
            (E'\\.', '\x5c2e0a'), (E'\n\\.\n\n\n', '\x00'), (E'a\nb\n\nc', NULL), (E'tab\there', ''), (E'back\\slash', '\x0a0a0a'),
            (NULL, NULL), ('', ''), (E'\r\n', '\x0d0a'), (E'\\N', NULL);
        CREATE TABLE only_the_mark (t text);
        INSERT INTO only_the_mark VALUES (E'\\.'), (E'\\.');
        CREATE TABLE wide AS SELECT i, repeat(chr(64 + i) || E'\n\\.\n', 500000) AS t FROM generate_series(1, 3) i;
        SELECT lo_from_bytea(0, decode(repeat('0a', 100000), 'hex')) FROM generate_series(1, 20);
        """;

    private readonly TestPostgres _postgres = TestPostgres.Require();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _postgres.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_table_and_value_is_counted_as_the_server_does()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, EveryKindOfTable);

        var inventory = await database.InventoryAsync();

        Assert.Equal(await database.CountsAsync(), DumpedDatabase.Counts(inventory));
        Assert.Equal(new LargeObjects(20, 2_000_000), inventory.LargeObjects);
        var kinds = inventory.Tables.ToLookup(t => t.Kind, t => t.Name);
        Assert.Equal(["parts", "parts_2"], kinds[TableKind.PartitionedTable].Order());
        Assert.Equal(["parts_1", "parts_2_0", "parts_2_1"], kinds[TableKind.Partition].Order());
        Assert.All(
            inventory.Tables,
            t => Assert.Equal(t.Kind == TableKind.PartitionedTable ? RowsState.NoneOfItsOwn : RowsState.Counted, t.State));
        Assert.Null(inventory.RowsNotRead);
    }

    [Fact]
    public async Task An_empty_database_holds_nothing()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, "SELECT 1");
        var inventory = await database.InventoryAsync();
        Assert.Empty(inventory.Tables);
        Assert.Equal(0, inventory.TotalRows);
        Assert.Equal(database.Name, inventory.Database!.Name);
    }

    [Fact]
    public async Task Tables_whose_rows_were_left_out_are_there_without_a_count()
    {
        const string sql = "CREATE TABLE kept AS SELECT 1 AS a; CREATE TABLE logs AS SELECT 1 AS a";
        var database = await DumpedDatabase.CreateAsync(_postgres, sql);
        var inventory = await database.InventoryAsync("--exclude-table-data=logs");
        Assert.Equal(["public.kept Table 1", "public.logs Table LeftOut"], inventory.Lines().Order());
    }

    [Fact]
    public async Task Rows_dumped_as_commands_are_not_counted_and_it_says_why()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, "CREATE TABLE kept AS SELECT 1 AS a");
        var inventory = await database.InventoryAsync("--inserts");
        Assert.Equal(["public.kept Table NotRead"], inventory.Lines());
        Assert.Equal("Rows cannot be counted that were dumped as INSERT commands.", inventory.RowsNotRead);
    }

    [Fact]
    public async Task Rows_that_come_while_it_is_dumped_are_not_counted()
    {
        const string sql = "CREATE TABLE busy AS SELECT i FROM generate_series(1, 100) i; CREATE TABLE locked (a int)";
        var database = await DumpedDatabase.CreateAsync(_postgres, sql);
        await using var blocker = await _postgres.OpenAsync(database.Name);
        await using var transaction = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await new NpgsqlCommand("LOCK TABLE locked", blocker).ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        // Its snapshot is taken before it locks the tables.
        var dump = database.InventoryAsync();
        var waits = $"""
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = '{database.Name}' AND application_name = 'pg_dump' AND wait_event_type = 'Lock'
            """;
        await Until.TrueAsync(() => _postgres.ScalarAsync<long>(waits).GetAwaiter().GetResult() == 1, "pg_dump waits for the lock");
        await _postgres.ExecuteAsync("INSERT INTO busy SELECT i FROM generate_series(101, 150) i", database.Name);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["public.busy 100", "public.locked 0"], DumpedDatabase.Counts(await dump));
    }

    [Fact]
    public async Task A_second_list_of_contents_behind_the_data_is_allowed()
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, "CREATE TABLE kept AS SELECT i FROM generate_series(1, 5) i");

        // pg_dump believes that it can go back in this file, whose writes all go to its end.
        var archive = await database.DumpAsync("pg_dump -Fc -Z0 >> \"$1\"");

        var head = await ArchiveHead.ReadAsync(new MemoryStream(archive), TestContext.Current.CancellationToken);
        Assert.True(archive.Length > 2 * head.Length - 200, "There is no second list.");
        Assert.Equal(["public.kept Table 5"], Read(archive).Inventory().Lines());
        Assert.IsType<ArchiveReading.Damaged>(Read(archive[..^1]));
        Assert.IsType<ArchiveReading.Damaged>(Read([.. archive, 0]));
    }

    [Theory]
    [InlineData("LATIN1", "größe")]
    [InlineData("WIN1251", "таблица")]
    [InlineData("EUC_JP", "表")]
    public async Task Names_are_read_in_the_encoding_of_the_database(string encoding, string table)
    {
        var name = _postgres.Drop($"encoded_{Guid.NewGuid():N}");
        await _postgres.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'");
        await _postgres.ExecuteAsync($"CREATE TABLE \"{table}\" AS SELECT 1 AS a", name);

        var inventory = await new DumpedDatabase(_postgres, name).InventoryAsync();

        Assert.Equal([$"public.{table} Table 1"], inventory.Lines());
        Assert.Equal(encoding, inventory.Database!.Encoding);
    }

    [Fact]
    public async Task The_databases_of_the_bench_are_counted_as_the_server_does()
    {
        var bench = await BenchData.MakeAsync(_postgres, megabytes: 8);

        foreach (var name in new[] { bench.Text, bench.Pgbench, bench.Noise, bench.Small }.OfType<string>())
        {
            var database = new DumpedDatabase(_postgres, name);
            Assert.Equal(await database.CountsAsync(), DumpedDatabase.Counts(await database.InventoryAsync()));
        }
    }

    [Fact]
    public async Task Many_tables_and_large_objects_are_read_as_well()
    {
        await CountsOfManyAsync(tables: 400, largeObjects: 3, largeObjectMegabytes: 8, rowMegabytes: 10);
    }

    [Fact(Explicit = true)]
    public async Task Twelve_thousand_tables_a_gigabyte_of_large_objects_and_rows_of_a_hundred_megabytes_are_read_as_well()
    {
        await CountsOfManyAsync(tables: 12_000, largeObjects: 4, largeObjectMegabytes: 256, rowMegabytes: 100);
    }

    private async Task CountsOfManyAsync(int tables, int largeObjects, int largeObjectMegabytes, int rowMegabytes)
    {
        var database = await DumpedDatabase.CreateAsync(_postgres, $"""
            CREATE TABLE wide (t text);
            ALTER TABLE wide ALTER t SET STORAGE EXTERNAL;
            INSERT INTO wide SELECT repeat(E'0123456789abcdef\n', {rowMegabytes * 1024 * 64}) FROM generate_series(1, 2);
            DO $$
            DECLARE loid oid; fd int;
            BEGIN
                FOR i IN 1..{largeObjects} LOOP
                    loid := lo_create(0);
                    FOR mb IN 0..{largeObjectMegabytes - 1} LOOP
                        PERFORM lo_put(loid, mb * 1048576, convert_to(repeat('0123456789abcde' || chr(10), 65536), 'UTF8'));
                    END LOOP;
                END LOOP;
            END $$
            """);
        for (var begin = 0; begin < tables; begin += 1000)
        {
            await _postgres.ExecuteAsync($"""
                DO $$
                BEGIN
                    FOR i IN {begin}..{Math.Min(begin + 1000, tables) - 1} LOOP
                        EXECUTE format('CREATE TABLE many_%s AS SELECT g FROM generate_series(1, %s) g', i, i % 7);
                    END LOOP;
                END $$
                """, database.Name);
        }

        var inventory = await database.InventoryAsync();

        Assert.Equal(await database.CountsAsync(), DumpedDatabase.Counts(inventory));
        Assert.Equal(tables + 1, inventory.Tables.Count);
        Assert.Equal(new LargeObjects(largeObjects, (long)largeObjects * largeObjectMegabytes * 1024 * 1024), inventory.LargeObjects);
    }

    private static ArchiveReading Read(byte[] archive) => ArchiveReaders.For(Engine.Postgres, ArtifactKind.Database).ReadBy(archive);
}
