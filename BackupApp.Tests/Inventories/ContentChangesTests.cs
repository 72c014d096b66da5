using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using static BackupApp.Tests.Inventories.KeptInventoryTests;

namespace BackupApp.Tests.Inventories;

/// <summary>What changed is told by its weight, in one sentence, and by rule as a warning.</summary>
public sealed class ContentChangesTests
{
    // A table a word: name, rows; "-" for none of its rows, "=" for one whose rows are in its partitions, "!" for another definition, "p"
    // for a partition.
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "", "", "Nothing changed", "" },
        { "a 5", "a 5", "Nothing changed", "" },
        { "a 5", "a 6", "+1 row", "" },
        { "a 12340,b 7", "a 24680,b 6", "+12,339 rows", "" },
        {
            "a 1204331,b 10",
            "a 0,b 12350,c 1,d 2",
            "a was emptied (1,204,331 → 0); 2 tables are new; elsewhere +12,340 rows",
            "RowsFell BytesFell TableEmptied:a"
        },
        { "a 5,b 2", "b 2", "a is gone (5 rows)", "TableGone:a" },
        { "a 5,b 6,c 1", "c 1", "2 tables are gone (11 rows)", "TableGone:b TableGone:a" },
        { "a 5,b 6", "a 0,b 0", "2 tables were emptied (11 → 0)", "TableEmptied:b TableEmptied:a" },
        { "a 1000,b 5000", "a 100,b 5000", "a lost 90 % of its rows (1,000 → 100)", "TableShrank:a" },
        { "a 1000,b 5000", "a 101,b 5000", "a lost 89 % of its rows (1,000 → 101)", "" },
        { "a 90,b 5000", "a 1,b 5000", "a lost 98 % of its rows (90 → 1)", "" },
        { "a 1000,b 1000", "a 500,b 500", "2 tables lost most of their rows (−1,000)", "RowsFell" },
        { "a 1000,b 1000", "a 501,b 500", "b lost 50 % of its rows (1,000 → 500); elsewhere −499 rows", "" },
        { "", "a 1", "a is new (1 row)", "" },
        { "a 0,b 1", "b 1", "a is gone (0 rows)", "" },
        { "a 5,b 5", "a 5!,b 6", "the definition of a changed; +1 row", "" },
        { "a 5,b 5", "a -,b 5", "Nothing changed", "" },
        // Renamed and attached under a new one of its name, with all its rows; then the way back; then with a few only.
        { "o 5000,b 9", "o =,o_old 5000p,b 9", "o_old is new (5,000 rows); the definition of o changed", "" },
        { "o =,o_old 5000p,b 9", "o 5000,b 9", "o_old is gone (5,000 rows); the definition of o changed", "" },
        { "o 5000,b 9", "o =,o_old 10p,b 9", "o_old is new (10 rows); the definition of o changed", "RowsFell" },
        { "p 5000p,b 9000", "b 9000", "p is gone (5,000 rows)", "" },
        { "p 50000p,b 9000", "b 9000", "p is gone (50,000 rows)", "RowsFell" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_sentence_and_the_warnings(string before, string after, string sentence, string warnings)
    {
        var changes = ContentChanges.Between(Of(before), Of(after));

        Assert.Equal(sentence, ChangeSentence.Of(changes));
        var found = FoundWarnings.Of(WarningRules.Default, changes).Select(w => w.Table == "" ? $"{w.Rule}" : $"{w.Rule}:{w.Table}");
        Assert.Equal(warnings, string.Join(' ', found));
    }

    [Fact]
    public void Bytes_tell_where_rows_were_not_read()
    {
        var before = Inventory(NotRead("a", 5_000_000), NotRead("b", 10)) with { RowsNotRead = "Compressed." };
        var after = Inventory(NotRead("a", 1_000_000), NotRead("b", 20)) with { RowsNotRead = "Compressed." };

        var changes = ContentChanges.Between(before, after);

        Assert.Equal("−3,999,990 bytes", ChangeSentence.Of(changes));
        Assert.Equal([WarningRule.BytesFell], FoundWarnings.Of(WarningRules.Default, changes).Select(w => w.Rule));
    }

    [Fact]
    public void Extensions_are_compared_by_name_and_by_the_versions_that_are_known()
    {
        var before = Inventory() with { Extensions = [new("a", "1"), new("b", null), new("c", "1"), new("gone", "1")] };
        var after = Inventory() with { Extensions = [new("a", "2"), new("b", "7"), new("c", "1"), new("new", null)] };

        var changes = ContentChanges.Between(before, after);

        Assert.Equal("extensions changed: a 1 → 2, gone is gone, new is new", ChangeSentence.Of(changes));
        Assert.Equal([WarningRule.ExtensionsChanged], FoundWarnings.Of(WarningRules.Default, changes).Select(w => w.Rule));
        Assert.Empty(FoundWarnings.Of(new WarningRules { Extensions = false }, changes));
    }

    [Fact]
    public void Another_version_of_the_tool_is_no_other_definition_and_objects_are_counted()
    {
        var before = Of("a 5") with { Objects = new ObjectCounts { Indexes = 3 } };
        var after = Of("a 5!") with { Objects = new ObjectCounts { Indexes = 2 } };
        after = after with { Archive = after.Archive with { Tool = "17.0" } };

        var changes = ContentChanges.Between(before, after);

        Assert.Empty(changes.Tables);
        Assert.Equal("3 → 2 indexes", ChangeSentence.Of(changes));
        Assert.True(Assert.Single(ContentChanges.Between(Of("a 5"), Of("a 5!")).Tables).SchemaChanged);
    }

    [Fact]
    public void Where_only_the_largest_are_kept_nothing_is_called_gone_or_new()
    {
        Assert.Empty(ContentChanges.Between(Of("a 5,b 6"), Of("b 6,c 7"), beforeIsWhole: false).Tables);
        Assert.Empty(ContentChanges.Between(Of("a 5,b 6"), Of("b 6,c 7"), afterIsWhole: false).Tables);
    }

    [Fact]
    public void A_source_has_thresholds_of_its_own_and_a_limit_of_warnings()
    {
        var changes = ContentChanges.Between(Of("a 1000,b 10"), Of("a 700,b 0"));
        var many = ContentChanges.Between(Of(string.Join(',', Enumerable.Range(0, 300).Select(i => $"t{i} 1"))), Of(""));

        var strict = new WarningRules { RowsFallPercent = 20, TableRowsFallPercent = 30, LostTables = false };

        Assert.Equal(
            [WarningRule.RowsFell, WarningRule.TableShrank], FoundWarnings.Of(strict, changes).Select(w => w.Rule));
        Assert.Empty(FoundWarnings.Of(new WarningRules { RowsFallPercent = 0, TableRowsFallPercent = 0, LostTables = false }, changes));
        Assert.Equal(FoundWarnings.Most, FoundWarnings.Of(WarningRules.Default, many).Count);
    }

    private static Inventory Of(string tables) =>
        Inventory([.. tables.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word => Parse(word.Split(' ')))]);

    private static InventoryTable Parse(string[] words)
    {
        if (words[1] == "-")
            return Table(words[0], 0, 0) with { State = RowsState.LeftOut, Rows = null };
        if (words[1] == "=")
            return Table(words[0], 0, 0) with { Kind = TableKind.PartitionedTable, State = RowsState.NoneOfItsOwn, Rows = null };
        var rows = long.Parse(words[1].TrimEnd('!', 'p'), System.Globalization.CultureInfo.InvariantCulture);
        return Table(words[0], rows, rows * 10) with
        {
            Kind = words[1].EndsWith('p') ? TableKind.Partition : TableKind.Table,
            Definition = words[1].EndsWith('!') ? 2u : 1u,
        };
    }

    private static InventoryTable NotRead(string name, long bytes) => Table(name, 0, bytes) with { State = RowsState.NotRead, Rows = null };
}
