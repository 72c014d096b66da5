using BackupApp.Engines.Restores;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Restores;

namespace BackupApp.Tests.Restores;

/// <summary>What can be picked of a backup: searched, paged, counted, and through a form and back.</summary>
public sealed class PickListTests
{
    private static readonly PickList List = new(
        new()
        {
            Archive = new("PostgreSQL custom format", "1.14", null, null),
            Schemas = ["empty", "public", "sales"],
            Tables =
            [
                Table("public", "customers", 300),
                Table("sales", "orders", 1000),
                Table("sales", "parts", null, TableKind.PartitionedTable),
                .. Enumerable.Range(0, 120).Select(n => Table("sales", $"parts_{n:000}", 1, TableKind.Partition)),
                Table("", "oplog", 7, TableKind.Oplog),
            ],
        },
        0);

    [Fact]
    public void Schemas_come_before_their_tables_a_page_at_a_time()
    {
        var first = List.Page(null, 1);

        Assert.Equal((126, 3, PickList.PageSize), (first.Found, first.Pages, first.Items.Count));
        Assert.Equal(
            ["empty", "public", "public.customers", "sales", "sales.orders", "sales.parts"],
            first.Items.Take(6).Select(i => i.Table is null ? i.Schema : $"{i.Schema}.{i.Table}"));
        Assert.Equal((122, 1120L, 12200L), (first.Items[3].Tables, first.Items[3].Rows, first.Items[3].Bytes));
        Assert.Null(first.Items[5].Rows);
        Assert.Equal("parts_119", List.Page(null, 99).Items[^1].Table);
        Assert.Equal(3, List.Page(null, 99).Number);
        Assert.Equal(1, List.Page(null, -1).Number);
    }

    [Theory]
    [InlineData(" ORD ", "sales.orders")]
    [InlineData("c.cust", "public.customers")]
    [InlineData("nothing", "")]
    public void A_part_of_the_name_finds_it(string search, string found) =>
        Assert.Equal(found, string.Join(' ', List.Page(search, 1).Items.Select(i => $"{i.Schema}.{i.Table}")));

    [Fact]
    public void What_is_picked_is_counted_once_and_what_is_not_there_is_named()
    {
        var totals = List.Count(new(["sales", "gone"], [new("sales", "orders"), new("public", "customers"), new("public", "lost")]));

        Assert.Equal((123, 1420L, 12300L, 1), (totals.Tables, totals.Rows, totals.Bytes, totals.Uncounted));
        Assert.Equal(["gone", "public.lost"], totals.Unknown);
        Assert.Equal((123, 1420L), (List.Everything.Tables, List.Everything.Rows));
    }

    [Theory]
    [InlineData("public", "orders")]
    [InlineData("a.b", "c\"d\\e'f\n<g>[h],{i}")]
    [InlineData("", " ")]
    [InlineData("日本", "ñ")]
    public void Names_of_any_letters_come_back_from_a_form(string schema, string table)
    {
        var read = PickKey.Read([PickKey.Of(schema, table), PickKey.Of(schema, null), PickKey.Of(schema, table)]);

        Assert.Equal([schema], read.Schemas);
        Assert.Equal([new PickedTable(schema, table)], read.Tables);
    }

    [Fact]
    public void What_is_no_key_picks_nothing() =>
        Assert.True(PickKey.Read(["", null, "x", "[]", "[1]", "{}", "null", "[null]", "[\"a\",\"b\",\"c\"]"]).IsEverything);

    [Fact]
    public void A_loss_is_said_by_its_table()
    {
        var warnings = new[]
        {
            Warning(WarningRule.RowsFell, "", ""),
            Warning(WarningRule.TableEmptied, "public", "orders"),
            Warning(WarningRule.TableGone, "sales", "parts"),
        };

        Assert.Equal("last before orders lost its rows, and 2 more", LossWords.Before(warnings));
        Assert.Equal("last before sales.parts was gone", LossWords.Before(warnings[2..]));
        Assert.Equal("last before rows were lost", LossWords.Before(warnings[..1]));
        Assert.Null(LossWords.Before([]));
    }

    private static ContentWarning Warning(WarningRule rule, string schema, string table) => ContentWarning.Create(
        new(rule, schema, table, 1, 0, "text"), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

    private static InventoryTable Table(string schema, string name, long? rows, TableKind kind = TableKind.Table) =>
        new(schema, name, null, kind, rows is null ? RowsState.NoneOfItsOwn : RowsState.Counted, rows, 100);
}
