using BackupApp.Audit;
using BackupApp.Backups;
using BackupApp.Data;
using BackupApp.Inventories;
using BackupApp.Inventories.Changes;
using BackupApp.Inventories.Kept;
using BackupApp.Stored;
using BackupApp.Tests.Inventories;
using BackupApp.Tests.Policies;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Backups;

/// <summary>The runs of one source, a day each: what was read is kept, compared and let go of as backups do it, without the app.</summary>
/// <param name="db">Of a server on which foreign keys can be left out.</param>
internal sealed class KeptBench(AppDbContext db, Guid source, IAsyncDisposable? database = null) : IAsyncDisposable
{
    public static readonly DateTimeOffset First = new(2026, 11, 1, 2, 0, 0, TimeSpan.Zero);

    public Guid Source => source;

    public AppDbContext Db => db;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<KeptBench> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new(database.Open(), Guid.CreateVersion7(), database);
    }

    public static Guid JobOf(int run) => new(run, 7, 7, [0, 0, 0, 0, 0, 0, 0, 7]);

    public static InventoryTable Table(string name, long rows) => KeptInventoryTests.Table(name, rows, rows * 10);

    public Task<Guid> KeepAsync(int run, params InventoryTable[] tables) => KeepAsync(run, tables, "database/shop");

    public Task<Guid> KeepAsync(int run, InventoryTable[] tables, string part) =>
        KeepAsync(run, KeptInventoryTests.Inventory(tables), part);

    public async Task<Guid> KeepAsync(int run, Inventory inventory, string part = "database/shop")
    {
        var kept = KeptTables.Of(inventory);
        var row = KeptInventory.Read(Place(run, part), kept.Inventory, kept, [1]);
        await using var transaction = await Db.Database.BeginTransactionAsync(Cancel);
        await Db.KeepAsync(row, kept, Cancel);
        await Db.WarnAsync(row, kept, Cancel);
        await transaction.CommitAsync(Cancel);
        Db.ChangeTracker.Clear();
        return row.JobId;
    }

    /// <summary>A run whose archive makes no sense.</summary>
    public async Task<Guid> KeepOddAsync(int run, string database, ArchiveReading.Damaged? damage = null)
    {
        var odd = damage ?? new("A block makes no sense.", $"in the rows of orders, after {12 + run} bytes", EndsEarly: false, null);
        var row = KeptInventory.Unread(Place(run, $"database/{database}"), odd.What);
        await using var transaction = await Db.Database.BeginTransactionAsync(Cancel);
        await Db.KeepAsync(row, null, Cancel);
        await Db.WarnAsync(row, ArchiveJudgement.Warning(odd), Cancel);
        await transaction.CommitAsync(Cancel);
        Db.ChangeTracker.Clear();
        return row.JobId;
    }

    public Task<List<ContentWarning>> OpenAsync(int run) => Db.Set<ContentWarning>().AsNoTracking()
        .Where(w => w.JobId == JobOf(run) && w.SilencedAt == null).OrderBy(w => w.Table).ToListAsync(Cancel);

    /// <summary>As somebody who says that it was meant. The run's job has to be there.</summary>
    public Task SilenceAsync(int run, Guid? warning, string why = "meant") =>
        new SilenceWarning(Db, PolicyBench.Log(Db), new CurrentActor { Value = PolicyBench.Operator })
            .RunAsync(JobOf(run), warning, why, Cancel);

    public async Task PruneAsync()
    {
        await using var transaction = await Db.Database.BeginTransactionAsync(Cancel);
        await KeptRuns.PruneAsync(Db, Source, Cancel);
        await transaction.CommitAsync(Cancel);
    }

    /// <summary>Only what is asked of a job here; its other rules are not at stake.</summary>
    public Task AddJobAsync(int run, string status = "success", bool deleted = false)
    {
        var at = First.AddDays(run);
        return ExecuteAsync(
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id, destination_name,
                scheduled_for, created_at, cancel_requested, bytes_read, bytes_stored, deleted_at)
            values ({JobOf(run)}, {status}, 'manual', {Source}, 'shop', 'postgres', gen_random_uuid(), 'here', {at}, {at}, false, 0, 0,
                {(deleted ? at : (DateTimeOffset?)null)})
            on conflict do nothing
            """);
    }

    public Task AddPartAsync(int run, int position, string database, string status) => ExecuteAsync(
        $"""
        insert into backup_artifacts (id, job_id, position, kind, status, database, key, destination_id, compression)
        values (gen_random_uuid(), {JobOf(run)}, {position}, 'database', {status}, {database}, {database}, gen_random_uuid(), 'gzip')
        """);

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        if (database is not null)
            await database.DisposeAsync();
    }

    private InventoryPlace Place(int run, string part) => new(Guid.CreateVersion7(), JobOf(run), Source, part, First.AddDays(run));

    // Without the rows that these belong to.
    private async Task ExecuteAsync(FormattableString sql)
    {
        await using var transaction = await Db.Database.BeginTransactionAsync(Cancel);
        await Db.Database.ExecuteSqlAsync($"set local session_replication_role = replica", Cancel);
        await Db.Database.ExecuteSqlAsync(sql, Cancel);
        await transaction.CommitAsync(Cancel);
    }
}
