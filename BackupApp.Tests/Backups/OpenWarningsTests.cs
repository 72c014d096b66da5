using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Tests.Inventories;
using Microsoft.EntityFrameworkCore;
using static BackupApp.Tests.Backups.KeptBench;

namespace BackupApp.Tests.Backups;

/// <summary>What is warned of, and how what somebody has decided about it is remembered, without the app around it.</summary>
public sealed class OpenWarningsTests : IAsyncLifetime
{
    private KeptBench _bench = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_somebody_meant_is_not_asked_again_and_what_is_open_is_until_it_is_there_again()
    {
        await _bench.KeepAsync(0, Table("a", 500), Table("b", 600));
        await LoseAsync(1, Table("a", 0), Table("b", 0));
        Assert.Equal(3, (await _bench.OpenAsync(1)).Count);
        await _bench.SilenceAsync(1, await OfTableAsync(1, "a"), "moved");

        await _bench.KeepAsync(2, Table("a", 0), Table("b", 0));

        Assert.Equal(["", "b"], (await _bench.OpenAsync(2)).Select(w => w.Table));
        Assert.Equal(
            "moved",
            (await _bench.Db.Set<ContentWarning>().SingleAsync(w => w.JobId == JobOf(2) && w.Table == "a", Cancel)).SilencedWhy);
        await _bench.KeepAsync(3, Table("a", 500), Table("b", 600));
        Assert.Empty(await _bench.OpenAsync(3));
        Assert.Equal("+1,100 rows", (await _bench.Db.Set<KeptInventory>().SingleAsync(i => i.JobId == JobOf(3), Cancel)).Changed);
    }

    [Fact]
    public async Task A_worse_loss_than_somebody_meant_is_asked_about()
    {
        await _bench.KeepAsync(0, Table("a", 1000), Table("b", 9000));
        await LoseAsync(1, Table("a", 90), Table("b", 0));
        await _bench.SilenceAsync(1, await OfTableAsync(1, "a"));

        await _bench.KeepAsync(2, Table("a", 90), Table("b", 0));
        Assert.Equal(["", "b"], (await _bench.OpenAsync(2)).Select(w => w.Table));
        await _bench.KeepAsync(3, Table("a", 95), Table("b", 0));
        Assert.Equal(["", "b"], (await _bench.OpenAsync(3)).Select(w => w.Table));
        await _bench.KeepAsync(4, Table("a", 89), Table("b", 0));
        Assert.Equal(["", "a", "b"], (await _bench.OpenAsync(4)).Select(w => w.Table));
    }

    [Fact]
    public async Task Another_change_of_the_extensions_than_somebody_meant_is_asked_about()
    {
        await _bench.KeepAsync(0, With("a 1", "b 1"));
        await LoseAsync(1, With("b 1"));
        await _bench.SilenceAsync(1, null);
        var silenced = await _bench.Db.Set<ContentWarning>().AsNoTracking().SingleAsync(Cancel);

        Assert.True(Seen("The extensions changed: a is gone").IsRepeatOf(silenced));
        Assert.False(Seen("The extensions changed: a is gone, b is gone").IsRepeatOf(silenced));

        ContentWarning Seen(string text) => ContentWarning.Create(
            new(WarningRule.ExtensionsChanged, "", "", 2, 1, text), silenced.ArtifactId, JobOf(2), _bench.Source, silenced.BaselineId);
    }

    [Fact]
    public async Task An_archive_that_makes_no_sense_is_warned_of_until_somebody_has_said_that_it_is_known()
    {
        await _bench.KeepAsync(0, Table("a", 500));
        await _bench.AddJobAsync(1);
        await _bench.KeepOddAsync(1, "shop");
        Assert.Single(await _bench.OpenAsync(1));
        await _bench.SilenceAsync(1, null);

        await _bench.KeepOddAsync(2, "shop"); // After some more bytes.
        Assert.Empty(await _bench.OpenAsync(2));
        await _bench.KeepOddAsync(3, "crm");
        Assert.Single(await _bench.OpenAsync(3));
        await _bench.KeepOddAsync(4, "shop", new("A block makes no sense.", "in the rows of customers, after 13 bytes", false, null));
        Assert.Single(await _bench.OpenAsync(4));
        await _bench.KeepOddAsync(5, "shop", new("A block makes no sense.", "in the rows of orders, after 13 bytes", true, null));
        Assert.Single(await _bench.OpenAsync(5));
        await _bench.KeepAsync(6, Table("a", 500));
        await _bench.KeepOddAsync(7, "shop");
        Assert.Single(await _bench.OpenAsync(7));
    }

    [Fact]
    public async Task What_somebody_says_of_an_older_run_is_said_of_the_same_in_those_after_it()
    {
        await _bench.KeepAsync(0, Table("a", 500), Table("b", 600));
        await LoseAsync(1, Table("a", 0), Table("b", 600));
        await LoseAsync(2, Table("a", 0), Table("b", 600));
        await LoseAsync(3, Table("a", 0), Table("b", 0));

        await _bench.SilenceAsync(2, null, "moved");

        Assert.NotEmpty(await _bench.OpenAsync(1)); // An older one stays as it was seen.
        Assert.Empty(await _bench.OpenAsync(2));
        Assert.Equal(["", "b"], (await _bench.OpenAsync(3)).Select(w => w.Table));
        var same = await _bench.Db.Set<ContentWarning>().AsNoTracking().SingleAsync(w => w.JobId == JobOf(3) && w.Table == "a", Cancel);
        Assert.Equal(("moved", "operator@example.com"), (same.SilencedWhy, same.SilencedBy));
    }

    [Fact]
    public async Task A_source_is_judged_by_the_thresholds_that_are_stored_for_it()
    {
        _bench.Db.Add(new WarningRules { DataSourceId = _bench.Source, TableRowsFallPercent = 20, RowsFallPercent = 0, SmallestRows = 10 });
        _bench.Db.Add(new WarningRules { DataSourceId = Guid.CreateVersion7(), TableRowsFallPercent = 0 });
        await _bench.Db.SaveChangesAsync(Cancel);
        await _bench.KeepAsync(0, Table("a", 100), Table("b", 100));

        await _bench.KeepAsync(1, Table("a", 79), Table("b", 81));

        Assert.Equal([(WarningRule.TableShrank, "a")], (await _bench.OpenAsync(1)).Select(w => (w.Rule, w.Table)));
    }

    [Fact]
    public async Task A_whole_server_is_compared_with_the_run_before_with_or_without_its_oplog()
    {
        await _bench.KeepAsync(0, [Table("orders", 500)], "server/all databases");
        await _bench.KeepAsync(1, [Table("orders", 500)], "database/shop");

        await _bench.KeepAsync(2, [Table("orders", 0)], "server/all databases with oplog");

        Assert.Contains(WarningRule.TableEmptied, (await _bench.OpenAsync(2)).Select(w => w.Rule));
        await _bench.KeepAsync(3, [Table("orders", 500)], "server/all databases");
        Assert.Equal("+500 rows", (await _bench.Db.Set<KeptInventory>().SingleAsync(i => i.JobId == JobOf(3), Cancel)).Changed);
    }

    // Whoever decides about a run names its job.
    private Task LoseAsync(int run, params InventoryTable[] tables) => LoseAsync(run, KeptInventoryTests.Inventory(tables));

    private async Task LoseAsync(int run, Inventory inventory)
    {
        await _bench.AddJobAsync(run);
        await _bench.KeepAsync(run, inventory);
    }

    private async Task<Guid> OfTableAsync(int run, string table) => (await _bench.OpenAsync(run)).Single(w => w.Table == table).Id;

    private static Inventory With(params string[] extensions) => KeptInventoryTests.Inventory(Table("a", 1)) with
    {
        Extensions = [.. extensions.Select(e => e.Split(' ')).Select(e => new InventoryExtension(e[0], e[1]))],
    };
}
