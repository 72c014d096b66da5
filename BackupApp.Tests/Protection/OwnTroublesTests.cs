using BackupApp.Data;
using BackupApp.DataSources;
using BackupApp.Destinations;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;

namespace BackupApp.Tests.Protection;

/// <summary>BackupApp's own troubles over real rows, and that one finder's fault is nobody else's.</summary>
public sealed class OwnTroublesTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private const string Disk = "backupapp/disk_low";
    private const long Gigabyte = 1L << 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Schedules_that_nobody_goes_through_and_workers_that_are_gone_are_a_dead_scheduler()
    {
        await Rows.ExecuteAsync(
            bench,
            $"""
            insert into hangfire.server (id, lastheartbeat) values ('worker', now())
            on conflict (id) do update set lastheartbeat = excluded.lastheartbeat
            """);
        await Rows.ExecuteAsync(bench, $"update schedule_beats set at = now() - interval '4 minutes'");
        Assert.Null(await SchedulerAsync());

        await Rows.ExecuteAsync(bench, $"update schedule_beats set at = now() - interval '6 minutes'");
        Assert.StartsWith("The schedules have not been gone through since", await SchedulerAsync(), StringComparison.Ordinal);

        await Rows.ExecuteAsync(bench, $"delete from schedule_beats");
        Assert.StartsWith("The schedules have never been gone through.", await SchedulerAsync(), StringComparison.Ordinal);

        await Rows.ExecuteAsync(bench, $"insert into schedule_beats values (1, now())");
        await Rows.ExecuteAsync(bench, $"update hangfire.server set lastheartbeat = now() - interval '6 minutes'");
        Assert.StartsWith("No worker process is alive", await SchedulerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_fills_up_or_cannot_be_read_is_told()
    {
        Assert.Null(await DiskAsync(_ => (10 * Gigabyte, 100 * Gigabyte)));
        Assert.StartsWith("Only 4096 MiB are free", await DiskAsync(_ => (4 * Gigabyte, 100 * Gigabyte)), StringComparison.Ordinal);
        Assert.StartsWith("Only 512 MiB are free", await DiskAsync(_ => (Gigabyte / 2, 2 * Gigabyte)), StringComparison.Ordinal);
        Assert.Contains("cannot be read", await DiskAsync(_ => throw new IOException("gone")), StringComparison.Ordinal);
        Assert.Null(await DiskAsync(new DiskTroubles(new DataDirectory(Path.GetTempPath())).Look));
    }

    [Fact]
    public async Task A_finder_that_cannot_look_ends_nothing_and_stops_no_other()
    {
        await Rounds.PassGraceAsync(bench);
        var disk = new DiskTroubles(new DataDirectory("/")) { Look = _ => (0, Gigabyte) };
        await Rounds.RunAsync(bench, _ => [disk, new Found(IncidentKind.QueueDead)]);
        Assert.Single(await Rounds.OpenAsync(bench, Disk), IsLow);
        var source = await Rows.AttachedAsync(bench);
        await Rows.GoodAsync(bench, source, bench.Clock.GetUtcNow().AddDays(-3));

        // A query that fails has the transaction refuse all that come after it.
        await Rounds.RunAsync(bench, db => [new Broken(db), new Found(IncidentKind.MasterKey)]);

        Assert.Single(await Rounds.OpenAsync(bench, Disk), IsLow);
        Assert.Empty(await Rounds.OpenAsync(bench, "backupapp/queue_dead"));
        Assert.Single(await Rounds.OpenAsync(bench, "backupapp/master_key"));
        Assert.Equal(IncidentKind.Overdue, Assert.Single(await Rounds.OpenAsync(bench, $"{source}")).Kind);
        await Rounds.RunAsync(bench);
        Assert.DoesNotContain(await Rounds.OpenAsync(bench, Disk), IsLow);
    }

    [Fact]
    public async Task A_pause_that_cannot_end_and_a_happening_that_cannot_be_read_stop_nothing_else()
    {
        await Rounds.PassGraceAsync(bench);
        Guid[] paused = [await Rows.AttachedAsync(bench), await Rows.AttachedAsync(bench)];
        await Rows.ExecuteAsync(
            bench,
            $"""
            update data_sources set is_active = false, paused_at = {bench.Clock.GetUtcNow()}, paused_until = {bench.Clock.GetUtcNow()},
                pause_reason = case when id = {paused[0]} then 'it breaks' end
            where id = any({paused})
            """);
        await using (var db = bench.Database())
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                create function broken() returns trigger language plpgsql as $f$ begin raise exception 'broken'; end $f$;
                create trigger broken before update on data_sources for each row
                    when (old.pause_reason = 'it breaks') execute function broken();
                """,
                Cancel);
        }

        await Rounds.RunAsync(
            bench, db => [new Found(IncidentKind.MasterKey)], db => [new BrokenHappening(db), new Happened("happening/1")]);

        await using (var db = bench.Database())
        {
            var active = await db.Set<DataSource>().Where(s => paused.Contains(s.Id) && s.IsActive).Select(s => s.Id).ToListAsync(Cancel);
            Assert.Equal([paused[1]], active);
            Assert.Single(await db.Set<Incident>().Where(i => i.Subject == "happening/1").ToListAsync(Cancel));
            await db.Database.ExecuteSqlRawAsync("drop trigger broken on data_sources; drop function broken()", Cancel);
        }

        Assert.Single(await Rounds.OpenAsync(bench, "backupapp/master_key"));
        Assert.DoesNotContain(await bench.AuditAsync(paused[0]), e => e.Action == "datasource.activated");
        Assert.Single(await bench.AuditAsync(paused[1]), e => e.Action == "datasource.activated");
    }

    [Fact]
    public async Task A_disk_around_its_limit_silences_no_dead_scheduler()
    {
        await Rounds.PassGraceAsync(bench);
        for (var flip = 0; flip < 5; flip++)
        {
            await Rounds.RunAsync(bench, _ => [new Found(IncidentKind.DiskLow)]);
            bench.Clock.Advance(TimeSpan.FromMinutes(4));
            await Rounds.RunAsync(bench);
        }

        Assert.Single(await Rounds.OpenAsync(bench, Disk), i => i.Kind == IncidentKind.Unstable);
        await Rounds.RunAsync(bench, _ => [new Found(IncidentKind.SchedulerDead)]);
        Assert.NotNull(Assert.Single(await Rounds.OpenAsync(bench, "backupapp/scheduler_dead")).ToldAt);
    }

    [Fact]
    public async Task Lost_backups_are_told_of_their_destination_until_they_are_deleted()
    {
        var source = await Rows.AttachedAsync(bench);
        var now = bench.Clock.GetUtcNow();
        Guid[] jobs = [await Rows.GoodAsync(bench, source, now.AddDays(-2)), await Rows.GoodAsync(bench, source, now.AddDays(-1))];
        await Rows.GoodAsync(bench, source, now.AddHours(-2));
        foreach (var job in jobs)
            await Rows.PartsAsync(bench, job, ("shop", true));
        Assert.Empty(await LostAsync());

        await Rows.ExecuteAsync(
            bench, $"update backup_artifacts set damaged_at = now(), damage = 'Its object is gone.' where job_id = any({jobs})");
        var trouble = Assert.Single(await LostAsync());
        Assert.Equal(
            ($"destination/{StorageDestination.ManagedId}", IncidentKind.Damaged, StorageDestination.ManagedId),
            (trouble.Subject, trouble.Kind, trouble.TargetId));
        Assert.StartsWith("2 backups of a data source, the newest of ", trouble.Reason, StringComparison.Ordinal);

        await Rows.ExecuteAsync(bench, $"update backup_jobs set deletion_marked_at = now() where id = any({jobs})");
        Assert.Empty(await LostAsync());
    }

    private static bool IsLow(Incident incident) => incident.Kind == IncidentKind.DiskLow;

    private async Task<string?> SchedulerAsync()
    {
        await using var db = bench.Database();
        return (await new SchedulerTroubles(db).FindAsync(Cancel)).SingleOrDefault()?.Reason;
    }

    private async Task<IReadOnlyList<Trouble>> LostAsync()
    {
        await using var db = bench.Database();
        return await new LostBackups(db).FindAsync(Cancel);
    }

    private static async Task<string?> DiskAsync(Func<string, (long, long)> look) =>
        (await new DiskTroubles(new DataDirectory(Path.GetTempPath())) { Look = look }.FindAsync(Cancel)).SingleOrDefault()?.Reason;

    private sealed class Found(IncidentKind kind) : ITroubleFinder
    {
        public bool Finds(Incident incident) => incident.Kind == kind;

        public Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Trouble>>([OwnTroubles.Of(kind, "It is so.")]);
    }

    private sealed class Happened(string subject) : IHappeningFinder
    {
        public Task<IReadOnlyList<Trouble>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<Trouble>>(
                [new(subject, "it", IncidentKind.RestoreEnded, subject, "It happened.") { At = since.AddHours(1) }]);
    }

    private sealed class BrokenHappening(AppDbContext db) : IHappeningFinder
    {
        public Task<IReadOnlyList<Trouble>> FindAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
            new Broken(db).FindAsync(cancellationToken);
    }

    private sealed class Broken(AppDbContext db) : ITroubleFinder
    {
        public bool Finds(Incident incident) => incident.Kind == IncidentKind.DiskLow;

        public async Task<IReadOnlyList<Trouble>> FindAsync(CancellationToken cancellationToken)
        {
            await db.Database.ExecuteSqlAsync($"select 1 from a_table_that_is_gone", cancellationToken);
            return [];
        }
    }
}
