using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.History;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.History;

public sealed class JobHistoryTests
{
    private const int Size = 25;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixty_jobs_are_paged_forth_and_back_without_gap_or_repetition_though_their_times_are_equal()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (source, jobs) = await FillAsync(database, 60);
        await FillAsync(database, 3); // Of another source.
        await using var db = database.Open();
        var history = new JobHistory(db);

        var first = await history.PageAsync(new JobFilter(source), null, null, Size, Cancel);
        var second = await history.PageAsync(new JobFilter(source), first.Older, null, Size, Cancel);
        var third = await history.PageAsync(new JobFilter(source), second.Older, null, Size, Cancel);
        var secondAgain = await history.PageAsync(new JobFilter(source), null, third.Newer, Size, Cancel);
        var firstAgain = await history.PageAsync(new JobFilter(source), null, secondAgain.Newer, Size, Cancel);

        Assert.Equal([25, 25, 10], new[] { first, second, third }.Select(p => p.Rows.Count));
        Assert.Equal(jobs, Ids(first).Concat(Ids(second)).Concat(Ids(third)));
        Assert.Equal(Ids(second), Ids(secondAgain));
        Assert.Equal(Ids(first), Ids(firstAgain));
        Assert.Equal((null, null), (first.Newer, third.Older));
        Assert.Null(firstAgain.Newer);
        Assert.NotNull(firstAgain.Older);
    }

    [Fact]
    public async Task A_page_that_is_exactly_full_has_no_older_one()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (source, _) = await FillAsync(database, Size);
        await using var db = database.Open();

        var page = await new JobHistory(db).PageAsync(new JobFilter(source), null, null, Size, Cancel);

        Assert.Equal((Size, null, null), (page.Rows.Count, page.Newer, page.Older));
    }

    [Fact]
    public async Task A_page_does_not_shift_when_a_new_job_arrives()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (source, jobs) = await FillAsync(database, 40);
        await using var db = database.Open();
        var history = new JobHistory(db);
        var first = await history.PageAsync(new JobFilter(), null, null, Size, Cancel);

        await FillAsync(database, 5, time: DateTimeOffset.UtcNow.AddHours(1));

        Assert.Equal(jobs.Skip(Size), Ids(await history.PageAsync(new JobFilter(source), first.Older, null, Size, Cancel)));
    }

    [Fact]
    public async Task Every_filter_holds_on_every_page_alone_and_together()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (source, _) = await FillAsync(database, 60);
        await FillAsync(database, 60);
        await using var db = database.Open();
        // Every second one failed, every third one was scheduled by a policy, and of the rest every fifth is deleted.
        var policy = Guid.NewGuid();
        await db.Database.ExecuteSqlAsync(
            $"""
            update backup_jobs j set status = case when n % 2 = 0 then 'failed' else 'success' end,
                trigger = case when n % 3 = 0 then 'schedule' else 'manual' end,
                policy_id = case when n % 3 = 0 then {policy} end, deleted_at = case when n % 5 = 1 then now() end
            from (select id, row_number() over (partition by data_source_id order by created_at, id) - 1 as n
                from backup_jobs) r where r.id = j.id
            """, Cancel);
        var at = (await db.Set<BackupJob>().FirstAsync(j => j.DataSourceId == source, Cancel)).DestinationId;
        var noon = new DateTimeOffset(2026, 11, 23, 4, 10, 0, TimeSpan.Zero);

        await HoldsAsync(db, new JobFilter(Status: RunStatus.Failed), 60, r => r.Status == RunStatus.Failed);
        await HoldsAsync(db, new JobFilter(Trigger: BackupTrigger.Schedule), 40, r => r.Trigger == BackupTrigger.Schedule);
        await HoldsAsync(db, new JobFilter(PolicyId: policy), 40, r => r.Trigger == BackupTrigger.Schedule);
        await HoldsAsync(db, new JobFilter(DestinationId: at), 60, r => r.DataSourceId == source);
        await HoldsAsync(db, new JobFilter(From: noon), 60, r => r.CreatedAt >= noon);
        await HoldsAsync(db, new JobFilter(Until: noon), 60, r => r.CreatedAt < noon);
        await HoldsAsync(db, new JobFilter(Stored: true), 48, r => r.Status == RunStatus.Success);
        await HoldsAsync(
            db,
            new JobFilter(source, RunStatus.Success, BackupTrigger.Schedule, policy, null, noon, at),
            5,
            r => r.DataSourceId == source && r.CreatedAt < noon);
    }

    private static async Task HoldsAsync(BackupApp.Data.AppDbContext db, JobFilter filter, int count, Func<JobRow, bool> fits)
    {
        var rows = new List<JobRow>();
        BackupApp.Data.KeysetCursor? after = null;
        do
        {
            var page = await new JobHistory(db).PageAsync(filter, after, null, 7, Cancel);
            rows.AddRange(page.Rows);
            after = page.Older;
        }
        while (after is not null);

        Assert.Equal(count, rows.Count);
        Assert.Equal(count, rows.Select(r => r.Id).Distinct().Count());
        Assert.All(rows, row => Assert.True(fits(row), $"{row}"));
    }

    private static List<Guid> Ids(RunPage<JobRow> page) => [.. page.Rows.Select(r => r.Id)];

    /// <summary>Jobs of a new source, in threes of the same instant; newest first.</summary>
    private static async Task<(Guid Source, IReadOnlyList<Guid> Jobs)> FillAsync(
        TestDatabase database, int count, DateTimeOffset? time = null)
    {
        await using var db = database.Open();
        var now = new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
        var connection = new DatabaseConnection(
            Engine.Postgres,
            "db",
            5432,
            "shop",
            "u",
            TlsMode.Prefer,
            new Dictionary<string, string>(),
            new ConnectionSecrets("x"));
        var source = DataSource.Create($"{Guid.NewGuid()}", DataSourceEnvironment.Test, connection, database.Secrets, now);
        var destination = StorageDestination.CreateS3($"{Guid.NewGuid()}", S3Location.None, new S3Keys("a", "b"), database.Secrets, now);
        var jobs = Enumerable.Range(0, count)
            .Select(_ => BackupJob.Queue(source, destination, BackupTrigger.Manual, now, null, 6, null, null))
            .ToList();
        db.AddRange([source, destination, .. jobs]);
        await db.SaveChangesAsync(Cancel);
        for (var i = 0; i < count; i++)
        {
            var (id, created) = (jobs[i].Id, time ?? now.AddMinutes(i / 3));
            await db.Set<BackupJob>().Where(j => j.Id == id).ExecuteUpdateAsync(set => set.SetProperty(j => j.CreatedAt, created), Cancel);
        }

        var sourceId = source.Id;
        var order = await db.Set<BackupJob>()
            .Where(j => j.DataSourceId == sourceId)
            .Select(j => new { j.Id, j.CreatedAt })
            .ToListAsync(Cancel);
        // As PostgreSQL orders them: by the bytes of their text.
        return (
            sourceId,
            [
                .. order
                    .OrderByDescending(j => j.CreatedAt)
                    .ThenByDescending(j => j.Id.ToString(), StringComparer.Ordinal)
                    .Select(j => j.Id),
            ]);
    }
}
