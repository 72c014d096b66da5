using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Inventories.Queries;
using BackupApp.Tests.Inventories;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace BackupApp.Tests.Backups;

/// <summary>How long tables are kept, and how decisions about warnings are remembered, without the app around it.</summary>
public sealed class KeptRunsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset First = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    private readonly Guid _source = Guid.CreateVersion7();
    private TestDatabase _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Tables_of_deleted_backups_are_kept_for_the_newest_runs_and_totals_for_ever()
    {
        await using var db = _database.Open();
        for (var run = 0; run < KeptRuns.Newest + 3; run++)
            await KeepAsync(db, run, KeptInventoryTests.Table("orders", run, 10), owner: $"owner {run / 10}");
        // The two oldest are deleted, and one of the newest.
        await DeletedAsync(0, 1, KeptRuns.Newest);

        await PruneAsync(db);

        var rows = await db.Set<KeptInventory>().AsNoTracking().OrderBy(i => i.TakenAt).ToListAsync(Cancel);
        Assert.Equal([0, 1], rows.Index().Where(r => r.Item.Figures is null).Select(r => r.Index));
        Assert.All(rows, (row, run) => Assert.Equal(run, row.Rows));
        Assert.Equal(4, await db.Set<InventoryShape>().CountAsync(Cancel));
        var points = await new TableHistory(db).OfAsync(_source, "shop", "public", "orders", Cancel);
        Assert.Equal(Enumerable.Range(2, KeptRuns.Newest + 1).Reverse().Select(n => (long?)n), points.Select(p => p.Rows));

        await DeletedAsync([.. Enumerable.Range(0, KeptRuns.Newest + 3)]);
        for (var run = 100; run < 100 + KeptRuns.Newest; run++)
            await KeepAsync(db, run, KeptInventoryTests.Table("orders", run, 10), owner: "owner");
        await PruneAsync(db);

        Assert.Equal(1, await db.Set<InventoryShape>().CountAsync(Cancel)); // What nobody has any more is gone with them.
        Assert.Equal(KeptRuns.Newest, await db.Set<KeptInventory>().CountAsync(i => i.Figures != null, Cancel));
    }

    [Fact]
    public async Task What_somebody_meant_is_not_asked_again_and_what_is_open_is_until_it_is_there_again()
    {
        await using var db = _database.Open();
        await KeepAsync(db, 0, Table("a", 500), Table("b", 600));
        var lost = await KeepAsync(db, 1, Table("a", 0), Table("b", 0));
        Assert.Equal(3, await OpenAsync(db, lost));
        await db.Set<ContentWarning>().Where(w => w.Table == "a")
            .ExecuteUpdateAsync(
                s => s.SetProperty(w => w.SilencedAt, _ => DateTimeOffset.UtcNow).SetProperty(w => w.SilencedWhy, "moved"), Cancel);

        var later = await KeepAsync(db, 2, Table("a", 0), Table("b", 0));

        Assert.Equal(2, await OpenAsync(db, later)); // Of b, and of all rows.
        Assert.Equal("moved", (await db.Set<ContentWarning>().SingleAsync(w => w.JobId == later && w.Table == "a", Cancel)).SilencedWhy);
        var back = await KeepAsync(db, 3, Table("a", 500), Table("b", 600));
        Assert.Equal(0, await OpenAsync(db, back));
        Assert.Equal("+1,100 rows", (await db.Set<KeptInventory>().SingleAsync(i => i.JobId == back, Cancel)).Changed);
    }

    [Fact]
    public async Task A_page_goes_on_where_the_last_one_ended_in_every_order()
    {
        await using var db = _database.Open();
        var job = await KeepAsync(db, 0, [.. Enumerable.Range(0, 25).Select(i => Table($"t{i:00}", i % 7))]);
        var contents = new JobContents(db);
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
        await using var db = _database.Open();
        foreach (var run in new[] { 0, 1 })
        {
            await KeepAsync(db, run, [Table("orders", 500 + run), Table("items", 10)], "owner", "shop");
            await KeepAsync(db, run, [Table("people", 300 - (300 * run)), Table("notes", 7 + (9 * run))], "owner", "crm");
            await KeepAsync(db, run, [Table("same", 1)], "owner", "wiki");
        }

        var changes = await new JobChanges(db).LargestAsync(JobOf(1), 2, Cancel);

        Assert.Equal(["crm people -300", "crm notes 9"], changes.Tables.Select(t => $"{t.Database} {t.Change.Name} {t.Change.RowsDelta}"));
        Assert.Equal(1, changes.More);
        Assert.Empty((await new JobChanges(db).LargestAsync(JobOf(0), 2, Cancel)).Tables);
    }

    [Fact]
    public async Task An_archive_that_makes_no_sense_is_warned_of_until_somebody_has_said_that_it_is_known()
    {
        await using var db = _database.Open();
        await KeepAsync(db, 0, Table("a", 500));
        var first = await KeepOddAsync(db, 1, "shop");
        Assert.Equal(1, await OpenAsync(db, first));
        await db.Set<ContentWarning>().ExecuteUpdateAsync(s => s.SetProperty(w => w.SilencedAt, _ => DateTimeOffset.UtcNow), Cancel);

        Assert.Equal(0, await OpenAsync(db, await KeepOddAsync(db, 2, "shop")));
        Assert.Equal(1, await OpenAsync(db, await KeepOddAsync(db, 3, "crm")));
        await KeepAsync(db, 4, Table("a", 500));
        Assert.Equal(1, await OpenAsync(db, await KeepOddAsync(db, 5, "shop")));
    }

    private async Task<Guid> KeepOddAsync(AppDbContext db, int run, string database)
    {
        var place = new InventoryPlace(Guid.CreateVersion7(), JobOf(run), _source, $"database/{database}", First.AddDays(run));
        var row = KeptInventory.Unread(place, "A block makes no sense.");
        var odd = new ArchiveReading.Damaged("A block makes no sense.", "after 12 bytes", EndsEarly: false, null);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await db.KeepAsync(row, null, Cancel);
        await db.WarnAsync(row, ArchiveJudgement.Warning(odd), Cancel);
        await transaction.CommitAsync(Cancel);
        db.ChangeTracker.Clear();
        return place.JobId;
    }

    private static InventoryTable Table(string name, long rows) => KeptInventoryTests.Table(name, rows, rows * 10);

    private Task<Guid> KeepAsync(AppDbContext db, int run, params InventoryTable[] tables) => KeepAsync(db, run, tables, "owner");

    private Task<Guid> KeepAsync(AppDbContext db, int run, InventoryTable table, string owner) => KeepAsync(db, run, [table], owner);

    private async Task<Guid> KeepAsync(AppDbContext db, int run, InventoryTable[] tables, string owner, string database = "shop")
    {
        var place = new InventoryPlace(Guid.CreateVersion7(), JobOf(run), _source, $"database/{database}", First.AddDays(run));
        var kept = KeptTables.Of(KeptInventoryTests.Inventory([.. tables.Select(t => t with { Owner = owner })]));
        var row = KeptInventory.Read(place, kept.Inventory, kept, [1]);
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await db.KeepAsync(row, kept, Cancel);
        await db.WarnAsync(row, kept, Cancel);
        await transaction.CommitAsync(Cancel);
        db.ChangeTracker.Clear();
        return place.JobId;
    }

    private static Task<int> OpenAsync(AppDbContext db, Guid job) =>
        db.Set<ContentWarning>().CountAsync(w => w.JobId == job && w.SilencedAt == null, Cancel);

    private async Task PruneAsync(AppDbContext db)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        await KeptRuns.PruneAsync(db, _source, Cancel);
        await transaction.CommitAsync(Cancel);
    }

    // Only what the pruning asks of a job; its other rules are not at stake here.
    private async Task DeletedAsync(params int[] runs)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using (var lax = new NpgsqlCommand("SET session_replication_role = replica", connection))
            await lax.ExecuteNonQueryAsync(Cancel);
        foreach (var run in runs)
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                    scheduled_for, created_at, cancel_requested, bytes_read, bytes_stored, deleted_at)
                VALUES ($1, 'success', 'manual', $2, 'shop', 'postgres', gen_random_uuid(), 'here', now(), now(), false, 0, 0, now())
                ON CONFLICT DO NOTHING
                """,
                connection)
            {
                Parameters = { new() { Value = JobOf(run) }, new() { Value = _source } },
            };
            await command.ExecuteNonQueryAsync(Cancel);
        }
    }

    private static Guid JobOf(int run) => new(run, 7, 7, [0, 0, 0, 0, 0, 0, 0, 7]);
}
