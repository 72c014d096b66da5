using BackupApp.Backups;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.History;
using BackupApp.Runs;
using BackupApp.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.History;

/// <summary>The history the other way round, and by what a job came to.</summary>
public sealed class JobHistoryOrderTests
{
    private const int Count = 17;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_oldest_on_it_is_paged_forth_and_back_without_gap_or_repetition()
    {
        await using var database = await TestDatabase.CreateAsync();
        await FillAsync(database);
        await using var db = database.Open();
        var history = new JobHistory(db);

        var newest = await history.PageAsync(new JobFilter(), null, null, Count, Cancel);
        var first = await PageAsync(history, null, null);
        var second = await PageAsync(history, null, first.Newer);
        var third = await PageAsync(history, null, second.Newer);
        var secondAgain = await PageAsync(history, third.Older, null);
        var firstAgain = await PageAsync(history, secondAgain.Older, null);

        Assert.Equal([7, 7, 3], new[] { first, second, third }.Select(p => p.Rows.Count));
        Assert.Equal(Ids(newest).Reverse(), Ids(first).Concat(Ids(second)).Concat(Ids(third)));
        Assert.Equal(Ids(second), Ids(secondAgain));
        Assert.Equal(Ids(first), Ids(firstAgain));
        Assert.Equal((null, null, null), (first.Older, third.Newer, firstAgain.Older));
    }

    [Fact]
    public async Task By_size_and_by_duration_what_has_none_comes_last_in_either_direction()
    {
        await using var database = await TestDatabase.CreateAsync();
        await FillAsync(database);
        await using var db = database.Open();
        await db.Database.ExecuteSqlAsync(
            $"""
            update backup_jobs j set status = case when n < 3 then 'failed' else 'success' end, started_at = created_at,
                finished_at = created_at + n * interval '1 minute', bytes_stored = n * 1000
            from (select id, row_number() over (order by created_at, id) - 1 as n from backup_jobs) r where r.id = j.id and n <> 3
            """,
            Cancel);
        var history = new JobHistory(db);

        var largest = await history.SortedAsync(new JobFilter(), JobMeasure.Stored, descending: true, 0, Count, Cancel);
        var smallest = await history.SortedAsync(new JobFilter(), JobMeasure.Stored, descending: false, 0, Count, Cancel);
        var longest = await history.SortedAsync(new JobFilter(), JobMeasure.Took, descending: true, 2, 3, Cancel);

        Assert.Equal(Enumerable.Range(4, 13).Select(n => (long?)n * 1000).Reverse(), largest.Take(13).Select(r => r.Stored));
        Assert.Equal(Enumerable.Range(4, 13).Select(n => (long?)n * 1000), smallest.Take(13).Select(r => r.Stored));
        Assert.All(largest.Skip(13).Concat(smallest.Skip(13)), row => Assert.Null(row.Stored));
        Assert.Equal([14, 13, 12], longest.Select(r => r.Duration!.Value.TotalMinutes));
    }

    [Fact]
    public async Task A_file_of_the_history_has_its_newest_rows_and_no_more_than_were_asked_for()
    {
        await using var database = await TestDatabase.CreateAsync();
        await FillAsync(database);
        await using var db = database.Open();
        var history = new JobHistory(db);

        var newest = await history.PageAsync(new JobFilter(), null, null, 5, Cancel);
        var read = new List<JobRow>();
        await foreach (var row in history.AllAsync(new JobFilter(), 5))
            read.Add(row);

        Assert.Equal(newest.Rows, read);
    }

    private static Task<RunPage<JobRow>> PageAsync(
        JobHistory history, BackupApp.Data.KeysetCursor? after, BackupApp.Data.KeysetCursor? before) =>
        history.PageAsync(new JobFilter(), after, before, 7, Cancel, oldestFirst: true);

    private static IEnumerable<Guid> Ids(RunPage<JobRow> page) => page.Rows.Select(r => r.Id);

    // In pairs of the same instant.
    private static async Task FillAsync(TestDatabase database)
    {
        await using var db = database.Open();
        var now = new DateTimeOffset(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
        var source = DataSource.CreateWithoutCredentials("shop", DataSourceEnvironment.Test, Engine.Postgres, now);
        var destination = StorageDestination.CreateS3("bucket", S3Location.None, new S3Keys("a", "b"), database.Secrets, now);
        db.AddRange([source, destination]);
        for (var i = 0; i < Count; i++)
            db.Add(BackupJob.Queue(source, destination, BackupTrigger.Manual, now, null, 6, null, null));
        await db.SaveChangesAsync(Cancel);
        await db.Database.ExecuteSqlAsync(
            $"""
            update backup_jobs j set created_at = {now} + (n / 2) * interval '1 hour'
            from (select id, row_number() over (order by id) - 1 as n from backup_jobs) r where r.id = j.id
            """,
            Cancel);
    }
}
