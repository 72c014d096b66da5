using BackupApp.Data;
using BackupApp.Destinations;
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
    /// <summary>A source with a nightly policy.</summary>
    public static async Task<Guid> AttachedAsync(PolicyBench bench)
    {
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync();
        await using var db = bench.Database();
        await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, TestContext.Current.CancellationToken);
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

    public static ProtectionReader Reader(PolicyBench bench, AppDbContext db)
    {
        var stores = new ObjectStores(
            Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
            bench.Secrets, NullLoggerFactory.Instance, bench.Clock);
        return new ProtectionReader(db, new SourceRisks(db, stores, bench.Clock), new JobChanges(db), bench.Clock);
    }
}
