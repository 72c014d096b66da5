using BackupApp.Inventories;
using BackupApp.Inventories.Kept;
using BackupApp.Pages.Contents;
using BackupApp.Tests.Inventories;

namespace BackupApp.Tests.Pages;

/// <summary>What a backup holds beside its tables, in words.</summary>
public sealed class PartFactsTests
{
    [Fact]
    public void All_that_is_known_is_said_and_nothing_else()
    {
        var inventory = KeptInventoryTests.Inventory() with
        {
            Objects = new() { Views = 1, Functions = 1234 },
            LargeObjects = new(3, 12),
            Extensions = [new("hstore", "1.8"), new("plpgsql", null)],
            Schemas = ["public", "sales"],
            Roles = ["app"],
            Database = new("shop", "ann", "UTF8", "icu", "C", "en_US.UTF-8")
            {
                Locale = "de-DE",
                Settings = [new("work_mem", "7MB", null), new("shop.key", null, "app")],
            },
        };

        Assert.Equal(
            [
                "Views: 1", "Functions: 1,234", "Large objects: 3", "Extensions: hstore 1.8, plpgsql", "Schemas: public, sales",
                "Roles: app", "Owner: ann", "Encoding: UTF8", "Locale: icu, de-DE, C, characters en_US.UTF-8",
                "Settings: work_mem = 7MB, shop.key = (not shown) for app", "Format: PostgreSQL custom format 1.14", "Server: 15.1",
                "Tool: 15.1",
            ],
            Facts(inventory));
    }

    [Fact]
    public void Names_are_shown_harmlessly_and_not_without_end()
    {
        var inventory = KeptInventoryTests.Inventory() with
        {
            Archive = new("MongoDB archive", null, null, null),
            Schemas = [.. Enumerable.Range(10, 60).Select(n => $"d{n}")],
            Roles = ["a\u202eb"],
        };

        var facts = Facts(inventory);

        Assert.StartsWith("Databases: d10, d11, ", facts[0], StringComparison.Ordinal);
        Assert.EndsWith(", d59 and 10 more", facts[0], StringComparison.Ordinal);
        Assert.Equal(["Roles: $'a\\xe2\\x80\\xaeb'", "Format: MongoDB archive"], facts[1..]);
    }

    [Fact]
    public void Of_a_part_whose_tables_are_not_kept_nothing_is_said() =>
        Assert.Null(PartFacts.Of(new(KeptInventory.Unread(Place, "Compressed."), null)));

    private static InventoryPlace Place { get; } =
        new(Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "database/shop", DateTimeOffset.UnixEpoch);

    private static string[] Facts(Inventory inventory)
    {
        var kept = KeptTables.Of(inventory);
        var facts = PartFacts.Of(new(KeptInventory.Read(Place, inventory, kept, [1]), inventory))!;
        Assert.Equal("shop", facts.Name);
        return [.. facts.Facts.Select(f => $"{f.What}: {f.Text}")];
    }
}
