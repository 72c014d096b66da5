using BackupApp.Data;
using BackupApp.Destinations;
using BackupApp.Network;
using BackupApp.Policies;
using BackupApp.Protection;
using BackupApp.Tests.Policies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BackupApp.Tests.Protection;

/// <summary>Facts as they are read from real rows.</summary>
public sealed class ProtectionReaderTests(PolicyBench bench) : IClassFixture<PolicyBench>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => bench.Clock.GetUtcNow();

    public async ValueTask InitializeAsync() => await bench.RequireAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_life_from_nothing_to_protected_to_failing_to_deleted()
    {
        var (source, attachment) = await AttachedAsync();
        Assert.Equal(ProtectionWord.Unprotected, (await StateAsync(source)).Word);

        var good = await JobAsync(source, attachment, "success", Now.AddHours(-3));
        Assert.Equal((ProtectionWord.Protected, Now.AddHours(-3)), (
            (await StateAsync(source)).Word, (await StateAsync(source)).NewestGood!.StartedAt));

        await JobAsync(source, attachment, "failed", Now.AddHours(-2));
        await JobAsync(source, attachment, "failed", Now.AddHours(-1));
        var failing = await StateAsync(source);
        Assert.Equal(ProtectionWord.Failing, failing.Word);
        Assert.StartsWith("2 runs failed", failing.Reason, StringComparison.Ordinal);

        await ExecuteAsync($"update backup_jobs set deletion_marked_at = now() where id = {good}");
        Assert.Equal(ProtectionWord.Unprotected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task What_failed_before_the_newest_good_backup_is_past()
    {
        var (source, attachment) = await AttachedAsync();
        await JobAsync(source, attachment, "failed", Now.AddHours(-3));
        await JobAsync(source, attachment, "success", Now.AddHours(-2));
        await JobAsync(source, attachment, "canceled", Now.AddHours(-1));

        Assert.Equal(ProtectionWord.Protected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task A_backup_from_the_future_counts_for_nothing()
    {
        var (source, attachment) = await AttachedAsync();
        await JobAsync(source, attachment, "success", Now.AddYears(1));

        Assert.Equal(ProtectionWord.Unprotected, (await StateAsync(source)).Word);
    }

    [Fact]
    public async Task Each_database_of_a_server_has_a_state()
    {
        var (source, attachment) = await AttachedAsync();
        await ExecuteAsync($"update data_sources set selection = '{{\"scope\": \"server\"}}' where id = {source}");
        var first = await JobAsync(source, attachment, "success", Now.AddHours(-26));
        await PartsAsync(first, ("a", true), ("b", true), ("gone", true));
        var second = await JobAsync(source, attachment, "partial", Now.AddHours(-2));
        await PartsAsync(second, ("a", true), ("b", false), ("new", true));

        var state = await StateAsync(source);

        Assert.Equal(ProtectionWord.Failing, state.Word);
        Assert.StartsWith("b, 1 of 3 databases: ", state.Reason, StringComparison.Ordinal);
        Assert.Equal(["b", "a", "new"], state.Databases.Select(d => d.Name));
    }

    [Fact]
    public async Task Database_and_backups_on_one_machine_are_a_risk()
    {
        var (source, attachment) = await AttachedAsync();
        await JobAsync(source, attachment, "success", Now.AddHours(-2));
        await ExecuteAsync($"update data_sources set host = '127.0.0.1' where id = {source}");

        var state = await StateAsync(source);

        Assert.Equal((ProtectionWord.AtRisk, ProtectionAction.AddPolicy), (state.Word, state.Action));
        Assert.Contains("same machine", state.Reason, StringComparison.Ordinal);
    }

    private async Task<(Guid Source, Guid Attachment)> AttachedAsync()
    {
        var source = await bench.AddSourceAsync($"source {Guid.NewGuid():N}");
        var policy = await bench.AddPolicyAsync();
        await using var db = bench.Database();
        var attachment = await bench.Attachments(db).AttachAsync(source, policy.Id, enabled: true, priority: 0, Cancel);
        return (source, attachment.Id);
    }

    private async Task<Guid> JobAsync(Guid source, Guid attachment, string status, DateTimeOffset started)
    {
        var (id, finished) = (Guid.CreateVersion7(), started.AddMinutes(5));
        await ExecuteAsync(
            $"""
            insert into backup_jobs (id, status, trigger, data_source_id, data_source_name, engine, destination_id,
                destination_name, attachment_id,
                scheduled_for, created_at, started_at, finished_at, bytes_read, bytes_stored, cancel_requested, error_summary)
            values ({id}, {status}, 'schedule', {source}, 'source', 'postgres', {StorageDestination.ManagedId}, 'storage', {attachment},
                {started}, {started}, {started}, {finished}, 10, 5, false, 'pg_dump failed.')
            """);
        return id;
    }

    private async Task PartsAsync(Guid job, params (string Database, bool Stored)[] parts)
    {
        foreach (var (part, i) in parts.Select((p, i) => (p, i)))
        {
            var stored = part.Stored ? Now : (DateTimeOffset?)null;
            await ExecuteAsync(
                $"""
                insert into backup_artifacts (id, job_id, position, kind, status, database, key, stored_at)
                values ({Guid.CreateVersion7()}, {job}, {i}, 'database', {(part.Stored ? "success" : "failed")}, {part.Database},
                    {part.Database}, {stored})
                """);
        }
    }

    private async Task ExecuteAsync(FormattableString sql)
    {
        await using var db = bench.Database();
        await db.Database.ExecuteSqlAsync(sql, Cancel);
    }

    private async Task<ProtectionState> StateAsync(Guid source)
    {
        await using var db = bench.Database();
        return (await Reader(db).OfAsync([source], Cancel))[source].State;
    }

    private ProtectionReader Reader(AppDbContext db)
    {
        var stores = new ObjectStores(
            Options.Create(new ManagedStorageOptions()), Options.Create(new NetworkOptions()), new DataDirectory(Path.GetTempPath()),
            bench.Secrets,
            NullLoggerFactory.Instance, bench.Clock);
        return new ProtectionReader(db, new SourceRisks(db, stores, bench.Clock), bench.Clock);
    }
}
