using BackupApp.Backups;
using BackupApp.Inventories;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using Microsoft.EntityFrameworkCore;
using static BackupApp.Tests.Backups.KeptBench;

namespace BackupApp.Tests.Backups;

/// <summary>How long tables are kept, and how they are read again, without the app around it.</summary>
public sealed class KeptRunsTests : IAsyncLifetime
{
    private KeptBench _bench = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bench = await CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Tables_of_deleted_backups_are_kept_for_the_newest_runs_and_totals_for_ever()
    {
        var db = _bench.Db;
        for (var run = 0; run < KeptRuns.Newest + 3; run++)
            await _bench.KeepAsync(run, Table("orders", run) with { Owner = $"owner {run / 10}" });
        // The two oldest are deleted, and one of the newest.
        await DeletedAsync(0, 1, KeptRuns.Newest);

        await _bench.PruneAsync();

        var rows = await db.Set<KeptInventory>().AsNoTracking().OrderBy(i => i.TakenAt).ToListAsync(Cancel);
        Assert.Equal([0, 1], rows.Index().Where(r => r.Item.Figures is null).Select(r => r.Index));
        Assert.All(rows, (row, run) => Assert.Equal(run, row.Rows));
        Assert.Equal(4, await db.Set<InventoryShape>().CountAsync(Cancel));
        var points = await new TableHistory(db).OfAsync(_bench.Source, "shop", "public", "orders", Cancel);
        Assert.Equal(Enumerable.Range(2, KeptRuns.Newest + 1).Reverse().Select(n => (long?)n), points.Select(p => p.Rows));

        await DeletedAsync([.. Enumerable.Range(0, KeptRuns.Newest + 3)]);
        for (var run = 100; run < 100 + KeptRuns.Newest; run++)
            await _bench.KeepAsync(run, Table("orders", run));
        await _bench.PruneAsync();

        Assert.Equal(1, await db.Set<InventoryShape>().CountAsync(Cancel)); // What nobody has any more is gone with them.
        Assert.Equal(KeptRuns.Newest, await db.Set<KeptInventory>().CountAsync(i => i.Figures != null, Cancel));
    }

    [Fact]
    public async Task What_a_loss_is_compared_with_is_kept_until_the_loss_is_over()
    {
        await _bench.KeepAsync(0, Table("orders", 500));
        await DeletedAsync(0);
        for (var run = 1; run < KeptRuns.Newest + 5; run++)
        {
            await _bench.KeepAsync(run, Table("orders", 0));
            await _bench.PruneAsync();
        }

        Assert.NotEmpty(await _bench.OpenAsync(KeptRuns.Newest + 4));
        Assert.True(await IsKeptAsync(0));

        await DeletedAsync([.. Enumerable.Range(1, KeptRuns.Newest + 4)]);
        for (var run = 100; run < 102 + KeptRuns.Newest; run++)
        {
            await _bench.KeepAsync(run, Table("orders", 500));
            await _bench.PruneAsync();
        }

        Assert.Empty(await _bench.OpenAsync(100));
        Assert.False(await IsKeptAsync(0));
    }

    [Fact]
    public async Task A_page_goes_on_where_the_last_one_ended_in_every_order()
    {
        var job = await _bench.KeepAsync(0, [.. Enumerable.Range(0, 25).Select(i => Table($"t{i:00}", i % 7))]);
        var contents = new JobContents(_bench.Db);
        foreach (var sort in Enum.GetValues<ContentsSort>())
        {
            foreach (var descending in new[] { false, true })
            {
                var filter = new ContentsFilter("T", sort, descending);
                var all = await contents.AllAsync(job, filter, Cancel);
                var pages = new List<ContentsTable>();
                string? next = null;
                do
                {
                    var page = await contents.PageAsync(job, filter, next, 4, Cancel);
                    pages.AddRange(page.Tables);
                    next = page.Next;
                }
                while (next is not null);

                Assert.Equal(25, all.Count);
                Assert.Equal(all, pages);
            }
        }
    }

    [Fact]
    public async Task Of_several_databases_the_tables_that_changed_most_are_told_with_where_they_are()
    {
        foreach (var run in new[] { 0, 1 })
        {
            await _bench.KeepAsync(run, [Table("orders", 500 + run), Table("items", 10)], "database/shop");
            await _bench.KeepAsync(run, [Table("people", 300 - (300 * run)), Table("notes", 7 + (9 * run))], "database/crm");
            await _bench.KeepAsync(run, [Table("same", 1)], "database/wiki");
        }

        var changes = await new JobChanges(_bench.Db).LargestAsync(JobOf(1), 2, Cancel);

        Assert.Equal(["crm people -300", "crm notes 9"], changes.Tables.Select(t => $"{t.Database} {t.Change.Name} {t.Change.RowsDelta}"));
        Assert.Equal(1, changes.More);
        Assert.Empty((await new JobChanges(_bench.Db).LargestAsync(JobOf(0), 2, Cancel)).Tables);
    }

    [Fact]
    public async Task The_newest_backup_that_has_ended_and_holds_a_database_says_what_a_source_holds()
    {
        Task<List<Guid>> Newest() => _bench.Db.NewestRead(_bench.Source).ToListAsync(Cancel);
        await KeepRunAsync(0, "success", "globals/globals"); // A server without databases.
        Assert.Empty(await Newest());
        await KeepRunAsync(1, "success", "globals/globals", "database/shop");
        await KeepRunAsync(2, "partial", "globals/globals", "database/shop");
        await KeepRunAsync(3, "partial", "globals/globals");
        await KeepRunAsync(4, "failed", "globals/globals", "database/shop");
        await KeepRunAsync(5, "canceled", "database/shop");
        await KeepRunAsync(6, "running", "globals/globals", "database/shop");
        await _bench.AddJobAsync(7);
        await _bench.KeepOddAsync(7, "shop");

        Assert.Equal([JobOf(2)], await Newest());
    }

    [Fact]
    public async Task Of_a_partial_backup_the_missing_parts_are_named()
    {
        foreach (var (run, status) in new[] { (0, "partial"), (1, "failed") })
        {
            await _bench.AddJobAsync(run, status);
            await _bench.AddPartAsync(run, 1, "wiki", "failed");
            await _bench.AddPartAsync(run, 0, "crm", "failed");
            await _bench.AddPartAsync(run, 2, "shop", "success");
        }

        Assert.Equal(["crm", "wiki"], await _bench.Db.MissingFrom(JobOf(0)).Select(a => a.Database).ToListAsync(Cancel));
        Assert.Empty(await _bench.Db.MissingFrom(JobOf(1)).ToListAsync(Cancel));
    }

    private async Task KeepRunAsync(int run, string status, params string[] parts)
    {
        await _bench.AddJobAsync(run, status);
        foreach (var part in parts)
            await _bench.KeepAsync(run, part.StartsWith("globals", StringComparison.Ordinal) ? [] : [Table("orders", 7)], part);
    }

    private Task<bool> IsKeptAsync(int run) =>
        _bench.Db.Set<KeptInventory>().AnyAsync(i => i.JobId == JobOf(run) && i.Figures != null, Cancel);

    private async Task DeletedAsync(params int[] runs)
    {
        foreach (var run in runs)
            await _bench.AddJobAsync(run, deleted: true);
    }
}
