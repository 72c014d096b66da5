using BackupApp.Alerts;
using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Hosting;
using BackupApp.Inventories.Queries;
using BackupApp.Network;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Protection;

/// <summary>Sources and finished jobs, written straight into a bench's database.</summary>
internal static class Rows
{
    /// <summary>A source with a nightly policy, for a year.</summary>
    public static async Task<Guid> AttachedAsync(PolicyBench bench)
    {
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync();
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, TestContext.Current.CancellationToken);
        await ExecuteAsync(
            bench, $"update policy_attachments set created_at = created_at - interval '1 year' where data_source_id = {source}");
        return source;
    }

    public static Task<Guid> GoodAsync(PolicyBench bench, Guid source, DateTimeOffset started) =>
        JobAsync(bench, source, "success", started);

    public static async Task<Guid> JobAsync(PolicyBench bench, Guid source, string status, DateTimeOffset started)
    {
        var (id, finished) = (Guid.CreateVersion7(), started.AddMinutes(5));
        await ExecuteAsync(
            bench,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested, error_summary)
            select {id}, {status}, 'schedule', {source}, 'source', 'postgres', {StorageDestination.ManagedId}, 'storage', a.id,
                {started}, {started}, {started}, {finished}, 10, 5, false, 'pg_dump failed.'
            from policy_attachments a where a.data_source_id = {source}
            """);
        return id;
    }

    /// <summary>A good backup that one of several policies made, where that policy stores.</summary>
    public static async Task<Guid> OfPolicyAsync(PolicyBench bench, Guid source, Guid policy, DateTimeOffset started)
    {
        var (id, finished) = (Guid.CreateVersion7(), started.AddMinutes(5));
        await ExecuteAsync(
            bench,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, policy_id, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested)
            select {id}, 'success', 'schedule', {source}, 'source', 'postgres', p.destination_id, 'storage', p.id, a.id,
                {started}, {started}, {started}, {finished}, 10, 5, false
            from policy_attachments a join backup_policies p on p.id = a.policy_id
            where a.data_source_id = {source} and p.id = {policy}
            """);
        return id;
    }

    public static async Task PartsAsync(PolicyBench bench, Guid job, params (string Database, bool Stored)[] parts)
    {
        foreach (var (part, i) in parts.Select((p, i) => (p, i)))
        {
            var (stored, status) = (part.Stored ? bench.Clock.GetUtcNow() : (DateTimeOffset?)null, part.Stored ? "success" : "failed");
            await ExecuteAsync(
                bench,
                $"""
                insert into backup_artifacts (id, job_id, position, kind, status, database, key, destination_id, compression, stored_at)
                values ({Guid.CreateVersion7()}, {job}, {i}, 'database', {status}, {part.Database}, {part.Database},
                    {StorageDestination.ManagedId}, 'gzip', {stored})
                """);
        }
    }

    public static async Task ExecuteAsync(PolicyBench bench, FormattableString sql)
    {
        await using var db = bench.Database();
        await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// Sources with runs every ten hours, the last of every twentieth source failed. Those that are there stay as they are.
    /// </summary>
    /// <param name="keptOfEach">The newest, whose backups are still there.</param>
    public static async Task FillAsync(PolicyBench bench, int sources, int jobsOfEach, int keptOfEach = int.MaxValue)
    {
        var first = await AttachedAsync(bench);
        var now = bench.Clock.GetUtcNow();
        FormattableString[] fill =
        [
            $"""
            insert into data_sources select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(),
                'name', 'source ' || gen_random_uuid()))).*
            from data_sources s, generate_series(2, {sources}) n where s.id = {first}
            """,
            $"""
            insert into policy_attachments (id, policy_id, data_source_id, is_enabled, priority, evaluated_until, created_at)
            select gen_random_uuid(), a.policy_id, s.id, true, 0, now(), a.created_at
            from policy_attachments a, data_sources s where a.data_source_id = {first}
                and not exists (select 1 from policy_attachments b where b.data_source_id = s.id)
            """,
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested, error_summary,
                deletion_marked_at, deleted_at)
            select gen_random_uuid(), case when n = 1 and a.rank % 20 = 0 then 'failed' else 'success' end, 'schedule',
                a.data_source_id, 'source', 'postgres',
                {StorageDestination.ManagedId}, 'storage', a.id, at, at, at, at + interval '5 minutes', 10, 5, false, 'pg_dump failed.',
                case when n > {keptOfEach} then at + interval '25 days' end, case when n > {keptOfEach} then at + interval '25 days' end
            from (select id, data_source_id, row_number() over (order by id) as rank from policy_attachments a
                    where not exists (select 1 from backup_jobs j where j.data_source_id = a.data_source_id)) a,
                generate_series(1, {jobsOfEach}) n,
                lateral (select {now}::timestamptz - n * interval '10 hours' as at) t
            """,
        ];
        await using var db = bench.Database();
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        foreach (var sql in fill)
            await db.Database.ExecuteSqlAsync(sql, TestContext.Current.CancellationToken);
        await ExecuteAsync(bench, $"vacuum (analyze) backup_jobs");
    }

    public static ProtectionReader Reader(PolicyBench bench, AppDbContext db) =>
        new(db, new SourceRisks(db, Stores(bench), bench.Clock), new JobChanges(db), bench.Clock);

    public static MetricsReader Metrics(PolicyBench bench, AppDbContext db) =>
        new(db, Reader(bench, db), new WorkMetrics(db), new SenderLag(db, bench.Clock), bench.Clock);

    public static ObjectStores Stores(PolicyBench bench) => new(
        Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
        bench.Secrets, NullLoggerFactory.Instance, bench.Clock);
}
