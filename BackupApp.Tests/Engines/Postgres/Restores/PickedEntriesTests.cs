using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Postgres.Restores;
using BackupApp.Engines.Restores;

namespace BackupApp.Tests.Engines.Postgres.Restores;

/// <summary>Which entries of an archive some picked tables need.</summary>
public sealed class PickedEntriesTests
{
    // Number, kind, schema, name, and the numbers of what it needs.
    private static readonly ArchiveEntry[] Shop =
    [
        Entry(1, "SCHEMA", null, "sales"),
        Entry(2, "TYPE", "sales", "status", 1),
        Entry(3, "FUNCTION", "sales", "touch()", 1),
        Entry(4, "FUNCTION", "sales", "other()", 1),
        Entry(10, "TABLE", "public", "customers"),
        Entry(11, "TABLE", "sales", "orders", 1, 2),
        Entry(12, "SEQUENCE", "sales", "orders_id_seq", 1, 11),
        Entry(13, "SEQUENCE OWNED BY", "sales", "orders_id_seq", 11, 12),
        Entry(14, "VIEW", "sales", "open_orders", 1, 11),
        Entry(15, "TABLE", "sales", "parts", 1),
        Entry(16, "TABLE", "sales", "parts_1", 1),
        Entry(17, "TABLE ATTACH", "sales", "parts_1", 15, 16),
        Entry(18, "DEFAULT", "sales", "orders id", 11, 12),
        Entry(20, "TABLE DATA", "public", "customers", 10),
        Entry(21, "TABLE DATA", "sales", "orders", 11),
        Entry(22, "TABLE DATA", "sales", "parts_1", 16),
        Entry(23, "SEQUENCE SET", "sales", "orders_id_seq", 12),
        Entry(30, "CONSTRAINT", "public", "customers customers_pkey", 10),
        Entry(31, "CONSTRAINT", "sales", "orders orders_pkey", 11),
        Entry(32, "INDEX", "sales", "orders_at", 11),
        Entry(33, "TRIGGER", "sales", "orders touched", 11, 3),
        Entry(34, "FK CONSTRAINT", "sales", "orders orders_customer_fkey", 11, 10, 30),
        Entry(35, "POLICY", "sales", "orders mine", 11),
        Entry(36, "COMMENT", "sales", "TABLE orders", 11),
        Entry(37, "ACL", "sales", "TABLE orders", 11),
        Entry(38, "ACL", "public", "TABLE customers", 10),
        Entry(39, "COMMENT", null, "SCHEMA sales", 1),
    ];

    [Fact]
    public void A_table_brings_what_hangs_on_it_and_what_it_needs()
    {
        var picked = Pick(new([], [new("sales", "orders")]));

        Assert.Equal([1, 2, 3, 11, 12, 13, 18, 21, 23, 31, 32, 33, 35, 36, 37, 39], picked.Entries.Select(e => e.DumpId));
        Assert.Equal(["orders orders_customer_fkey"], picked.ForeignKeys.Select(k => k.Tag));
        Assert.Empty(picked.Empty);
    }

    [Fact]
    public void A_foreign_key_comes_when_both_its_tables_do()
    {
        var picked = Pick(new([], [new("sales", "orders"), new("public", "customers")]));

        Assert.Contains(34, picked.Entries.Select(e => e.DumpId));
        Assert.Empty(picked.ForeignKeys);
    }

    [Fact]
    public void A_partitioned_table_brings_its_partitions_and_a_partition_comes_alone()
    {
        Assert.Equal([1, 15, 16, 17, 22, 39], Pick(new([], [new("sales", "parts")])).Entries.Select(e => e.DumpId));
        Assert.Equal([1, 16, 22, 39], Pick(new([], [new("sales", "parts_1")])).Entries.Select(e => e.DumpId));
    }

    [Fact]
    public void A_schema_brings_all_that_is_in_it()
    {
        var picked = Pick(new(["sales"], []));

        Assert.Equal(Shop.Select(e => e.DumpId).Except([10, 20, 30, 34, 38]), picked.Entries.Select(e => e.DumpId));
        Assert.Equal([34], picked.ForeignKeys.Select(k => k.DumpId));
    }

    [Fact]
    public void A_table_that_only_something_picked_is_made_of_comes_empty()
    {
        var picked = Pick(new([], [new("sales", "open_orders")]));

        Assert.Equal([1, 2, 11, 14, 36, 37, 39], picked.Entries.Select(e => e.DumpId));
        Assert.Equal(["sales.orders"], picked.Empty);
    }

    [Fact]
    public void What_the_backup_does_not_hold_is_named() =>
        Assert.Equal(["gone", "sales.gone"], Pick(new(["gone"], [new("sales", "gone"), new("sales", "orders")])).Unknown);

    private static PickedEntries Pick(RestoreSelection selection) =>
        PickedEntries.Of(new(new(14, 8, "none", null, "shop", "15.0", "15.0", Shop.Length), Shop, 0), selection);

    private static ArchiveEntry Entry(int id, string kind, string? schema, string tag, params int[] needs) => new()
    {
        DumpId = id,
        HasData = kind.EndsWith("DATA", StringComparison.Ordinal),
        Kind = kind,
        Schema = schema,
        Tag = tag,
        Section = ArchiveSection.PreData,
        Dependencies = needs,
    };
}
